// What follows compiles against every machinery that is asked: nothing newer, no YAML library.
package main

import (
	"errors"

	"github.com/hashicorp/go-multierror"
	"github.com/siderolabs/talos/pkg/machinery/config"
	"github.com/siderolabs/talos/pkg/machinery/config/configloader"
	"github.com/siderolabs/talos/pkg/machinery/config/container"
	"github.com/siderolabs/talos/pkg/machinery/config/encoder"
	"github.com/siderolabs/talos/pkg/machinery/config/validation"
)

func init() {
	ops["load"] = load
	ops["validate"] = validate
}

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

// mode is where the config is to run.
type mode string

func (m mode) String() string        { return string(m) }
func (m mode) RequiresInstall() bool { return m == "metal" }
func (m mode) InContainer() bool     { return m == "container" }

// client is what gives the verdict of talosctl since v1.14; before, Validate does.
type client interface {
	ValidateAsClient(mode validation.RuntimeMode, opts ...validation.Option) ([]string, error)
}

func validate(request *Request) (Answer, error) {
	loaded, err := read(request.Config)
	if err != nil {
		return Answer{}, err
	}

	// A node asks more than a client: whether its Talos runs that Kubernetes.
	var opts []validation.Option
	if !request.Node {
		opts = append(opts, validation.WithLocal())
	}

	if request.Strict {
		opts = append(opts, validation.WithStrict())
	}

	validate := loaded.Validate
	if newer, ok := loaded.(client); ok {
		validate = newer.ValidateAsClient
	}

	warnings, err := validate(mode(request.Mode), opts...)
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
