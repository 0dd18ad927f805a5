package main

import (
	"errors"

	"github.com/hashicorp/go-multierror"
	"github.com/siderolabs/talos/pkg/machinery/config"
	"github.com/siderolabs/talos/pkg/machinery/config/configdiff"
	"github.com/siderolabs/talos/pkg/machinery/config/configloader"
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"github.com/siderolabs/talos/pkg/machinery/config/container"
	"github.com/siderolabs/talos/pkg/machinery/config/encoder"
	"github.com/siderolabs/talos/pkg/machinery/config/generate/secrets"
	"github.com/siderolabs/talos/pkg/machinery/config/validation"
	"go.yaml.in/yaml/v4"
)

var plain = encoder.WithComments(encoder.CommentsDisabled)

func read(content string) (config.Provider, error) {
	return configloader.NewFromBytes([]byte(content))
}

func load(request *Request) (Answer, error) {
	loaded, err := read(request.Config)
	if err != nil {
		return Answer{}, err
	}

	// A loaded config gives back its source; one made of the same documents encodes them.
	made, err := container.New(loaded.Documents()...)
	if err != nil {
		return Answer{}, err
	}

	return text(made.EncodeBytes(plain))
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

// mode is where the config is to run.
type mode string

func (m mode) String() string        { return string(m) }
func (m mode) RequiresInstall() bool { return m == "metal" }
func (m mode) InContainer() bool     { return m == "container" }

func validate(request *Request) (Answer, error) {
	loaded, err := read(request.Config)
	if err != nil {
		return Answer{}, err
	}

	opts := []validation.Option{validation.WithLocal()}
	if request.Strict {
		opts = append(opts, validation.WithStrict())
	}

	warnings, err := loaded.ValidateAsClient(mode(request.Mode), opts...)
	out := Answer{Warnings: warnings}

	if err != nil {
		n := count(err)
		out.Errors = &n
	}

	return out, err
}

// count gives the number of single errors in one that may hold several.
func count(err error) int {
	for one := err; one != nil; one = errors.Unwrap(one) {
		var parts []error

		switch several := one.(type) { //nolint:errorlint
		case *multierror.Error:
			parts = several.Errors
		case interface{ Unwrap() []error }:
			parts = several.Unwrap()
		default:
			continue
		}

		n := 0
		for _, part := range parts {
			n += count(part)
		}

		return n
	}

	return 1
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
