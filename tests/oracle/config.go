package main

import (
	"github.com/siderolabs/talos/pkg/machinery/config/configdiff"
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"github.com/siderolabs/talos/pkg/machinery/config/generate/secrets"
	"go.yaml.in/yaml/v4"
)

func init() {
	ops["patch"] = patch
	ops["redact"] = redact
	ops["bundle"] = bundle
	ops["diff"] = diff
}

func redact(request *Request) (Answer, error) {
	loaded, err := read(request.Config)
	if err != nil {
		return Answer{}, err
	}

	return text(loaded.RedactSecrets("******").EncodeBytes(plain))
}

func patch(request *Request) (Answer, error) {
	patches, err := configpatcher.LoadPatches(request.Patches)
	if err != nil {
		return Answer{}, err
	}

	patched, err := configpatcher.Apply(configpatcher.WithBytes([]byte(request.Config)), patches)
	if err != nil {
		return Answer{}, err
	}

	return text(patched.Bytes())
}

func bundle(request *Request) (Answer, error) {
	loaded, err := read(request.Config)
	if err != nil {
		return Answer{}, err
	}

	extracted, err := secrets.NewBundleFromConfig(secrets.NewClock(), loaded)
	if err != nil {
		return Answer{}, err
	}

	return text(yaml.Marshal(extracted))
}

func diff(request *Request) (Answer, error) {
	from, err := read(request.Config)
	if err != nil {
		return Answer{}, err
	}

	to, err := read(request.Target)
	if err != nil {
		return Answer{}, err
	}

	patches, err := configdiff.Patch(from, to)
	if err != nil {
		return Answer{}, err
	}

	var out Answer

	for _, one := range patches {
		if strategic, ok := one.(configpatcher.StrategicMergePatch); ok {
			printed, err := strategic.Bytes()
			if err != nil {
				return Answer{}, err
			}

			out.Patches = append(out.Patches, string(printed))
		}
	}

	patched, err := configpatcher.Apply(configpatcher.WithConfig(from), patches)
	if err != nil {
		return Answer{}, err
	}

	result, err := patched.Config()
	if err != nil {
		return Answer{}, err
	}

	got, err := result.Clone().EncodeString(plain)
	if err != nil {
		return Answer{}, err
	}

	want, err := to.Clone().EncodeString(plain)
	same := got == want
	out.Verified = &same

	return out, err
}
