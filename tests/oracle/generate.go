package main

import (
	"strings"

	"github.com/siderolabs/image-factory/pkg/schematic"
	"github.com/siderolabs/talos/pkg/machinery/config"
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"github.com/siderolabs/talos/pkg/machinery/config/generate"
	"github.com/siderolabs/talos/pkg/machinery/config/generate/secrets"
	"github.com/siderolabs/talos/pkg/machinery/config/machine"
	"go.yaml.in/yaml/v4"
)

func init() {
	ops["gen"] = gen
	ops["newbundle"] = newBundle
	ops["schematic"] = makeSchematic
}

func contract(request *Request) (*config.VersionContract, error) {
	var (
		parsed *config.VersionContract
		err    error
	)

	if request.Contract != "" {
		if parsed, err = config.ParseContractFromVersion(request.Contract); err != nil {
			return nil, err
		}
	}

	if request.NoKubernetes || request.NoEtcd {
		if parsed == nil {
			parsed = &config.VersionContract{}
		}

		if request.NoKubernetes {
			parsed = parsed.DisableKubernetes()
		}

		parsed = parsed.DisableEtcd()
	}

	return parsed, nil
}

func readBundle(content string) (*secrets.Bundle, error) {
	made := &secrets.Bundle{Clock: secrets.NewClock()}

	return made, yaml.NewDecoder(strings.NewReader(content)).Decode(made)
}

func options(request *Request, versions *config.VersionContract, bundle *secrets.Bundle) []generate.Option {
	out := []generate.Option{generate.WithSecretsBundle(bundle), generate.WithVersionContract(versions)}
	add := func(option generate.Option) { out = append(out, option) }

	if request.Disk != nil {
		add(generate.WithInstallDisk(*request.Disk))
	}

	if request.Image != nil {
		add(generate.WithInstallImage(*request.Image))
	}

	if request.DNS != nil {
		add(generate.WithDNSDomain(*request.DNS))
	}

	if request.CNI != nil {
		add(generate.WithCustomCNIUrl(*request.CNI))
	}

	if request.SANs != nil {
		add(generate.WithAdditionalSubjectAltNames(request.SANs))
	}

	if request.KernelArgs != nil {
		add(generate.WithInstallExtraKernelArgs(request.KernelArgs))
	}

	if request.Sysctls != nil {
		add(generate.WithSysctls(request.Sysctls))
	}

	for host, urls := range request.Mirrors {
		add(generate.WithRegistryMirror(host, urls...))
	}

	for host, ca := range request.CAs {
		add(generate.WithRegistryCACert(host, ca))
	}

	for _, host := range request.Insecure {
		add(generate.WithRegistryInsecureSkipVerify(host))
	}

	if request.APIPort != nil {
		add(generate.WithLocalAPIServerPort(*request.APIPort))
	}

	if request.KubePrism != nil {
		add(generate.WithKubePrismPort(*request.KubePrism))
	}

	if request.Discovery != nil {
		add(generate.WithClusterDiscovery(*request.Discovery))
	}

	if request.KubeSpan != nil {
		add(generate.WithKubeSpanEnabled(*request.KubeSpan))
	}

	if request.DNSForward != nil {
		add(generate.WithHostDNSForwardKubeDNSToHost(*request.DNSForward))
	}

	if request.Scheduling != nil {
		add(generate.WithAllowSchedulingOnControlPlanes(*request.Scheduling))
	}

	if request.Debug != nil {
		add(generate.WithDebug(*request.Debug))
	}

	if request.SkipInstall != nil {
		add(generate.WithSkipUnattendedInstallConfig(*request.SkipInstall))
	}

	return out
}

func gen(request *Request) (Answer, error) {
	versions, err := contract(request)
	if err != nil {
		return Answer{}, err
	}

	bundle, err := readBundle(request.Bundle)
	if err != nil {
		return Answer{}, err
	}

	role, err := machine.ParseType(request.Role)
	if err != nil {
		return Answer{}, err
	}

	input, err := generate.NewInput(
		request.Cluster, request.Endpoint, request.Kubernetes, options(request, versions, bundle)...,
	)
	if err != nil {
		return Answer{}, err
	}

	made, err := input.Config(role)
	if err != nil {
		return Answer{}, err
	}

	if len(request.Patches) > 0 {
		patches, err := configpatcher.LoadPatches(request.Patches)
		if err != nil {
			return Answer{}, err
		}

		patched, err := configpatcher.Apply(configpatcher.WithConfig(made), patches)
		if err != nil {
			return Answer{}, err
		}

		if made, err = patched.Config(); err != nil {
			return Answer{}, err
		}
	}

	return text(made.EncodeBytes(plain))
}

func newBundle(request *Request) (Answer, error) {
	versions, err := contract(request)
	if err != nil {
		return Answer{}, err
	}

	made, err := secrets.NewBundle(secrets.NewClock(), versions)
	if err != nil {
		return Answer{}, err
	}

	return text(yaml.Marshal(made))
}

func makeSchematic(request *Request) (Answer, error) {
	made, err := schematic.Unmarshal([]byte(request.Config))
	if err != nil {
		return Answer{}, err
	}

	out, err := text(made.Marshal())
	if err != nil {
		return out, err
	}

	out.ID, err = made.ID()

	return out, err
}
