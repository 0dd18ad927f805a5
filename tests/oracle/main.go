// Program oracle answers JSON-lines requests with Talos's own configuration machinery.
//
// One request object a line on standard input, one answer object a line on standard output; the
// requests are described in README.md.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Request is one question. Pointers tell what was not asked for.
type Request struct {
	Op      string   `json:"op"`
	Config  string   `json:"config"`
	Target  string   `json:"target"`
	Patches []string `json:"patches"`
	Mode    string   `json:"mode"`
	Strict  bool     `json:"strict"`
	Node    bool     `json:"node"`

	Contract     string              `json:"contract"`
	Role         string              `json:"role"`
	Cluster      string              `json:"cluster"`
	Endpoint     string              `json:"endpoint"`
	Kubernetes   string              `json:"kubernetes"`
	Bundle       string              `json:"bundle"`
	Disk         *string             `json:"disk"`
	Image        *string             `json:"image"`
	DNS          *string             `json:"dns"`
	CNI          *string             `json:"cni"`
	SANs         []string            `json:"sans"`
	KernelArgs   []string            `json:"kernelArgs"`
	Sysctls      map[string]string   `json:"sysctls"`
	Mirrors      map[string][]string `json:"mirrors"`
	CAs          map[string]string   `json:"registryCAs"`
	Insecure     []string            `json:"registryInsecure"`
	APIPort      *int                `json:"apiPort"`
	KubePrism    *int                `json:"kubePrism"`
	Discovery    *bool               `json:"discovery"`
	KubeSpan     *bool               `json:"kubeSpan"`
	DNSForward   *bool               `json:"hostDNSForward"`
	Scheduling   *bool               `json:"allowScheduling"`
	Debug        *bool               `json:"debug"`
	NoKubernetes bool                `json:"noKubernetes"`
	NoEtcd       bool                `json:"noEtcd"`
	SkipInstall  *bool               `json:"skipUnattendedInstall"`

	// Of the op bench: the request to repeat, and how often.
	Request *Request `json:"request"`
	N       int      `json:"n"`
}

// Answer is what Talos makes of a request.
type Answer struct {
	YAML     *string  `json:"yaml,omitempty"`
	ID       string   `json:"id,omitempty"`
	Patches  []string `json:"patches,omitempty"`
	Verified *bool    `json:"verified,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Error    string   `json:"error,omitempty"`
	Errors   *int     `json:"errors,omitempty"`
	Seconds  float64  `json:"seconds,omitempty"`
}

func text(data []byte, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}

	s := string(data)

	return Answer{YAML: &s}, nil
}

// ops are what can be asked; each file adds its own.
var ops = map[string]func(*Request) (Answer, error){}

func init() { ops["bench"] = bench }

// answer runs one op; a panic of the machinery is an error like any other.
func answer(request *Request) (out Answer) {
	defer func() {
		if r := recover(); r != nil {
			out = Answer{Error: fmt.Sprintf("panic: %v", r)}
		}
	}()

	op, ok := ops[request.Op]
	if !ok {
		return Answer{Error: fmt.Sprintf("unknown op %q", request.Op)}
	}

	out, err := op(request)
	if err != nil {
		out.YAML = nil
		out.Error = err.Error()

		if out.Error == "" {
			out.Error = "error"
		}
	}

	return out
}

func bench(request *Request) (Answer, error) {
	begun := time.Now()

	for range request.N {
		if got := answer(request.Request); got.Error != "" {
			return got, nil
		}
	}

	return Answer{Seconds: time.Since(begun).Seconds()}, nil
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)

	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)

	for in.Scan() {
		var (
			request Request
			got     Answer
		)

		if err := json.Unmarshal(in.Bytes(), &request); err != nil {
			got = Answer{Error: "bad request: " + err.Error()}
		} else {
			got = answer(&request)
		}

		if err := encoder.Encode(got); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}

		out.Flush() //nolint:errcheck
	}
}
