// Judges Argo CD's resources with Argo CD's own types.
//
// Standard input is a JSON object: "manifests" is YAML text of many documents; "directories" are the folders that
// git generators would find. The answer is a JSON object: "problems" lists what is wrong; "applications" are those that
// the manifests declare or generate, with the project, source path and destination of each.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"sort"
	"strings"
	"text/template"

	argo "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	sigsjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

type request struct {
	Manifests   string   `json:"manifests"`
	Directories []string `json:"directories"`
}

type application struct {
	Name      string `json:"name"`
	Project   string `json:"project"`
	Path      string `json:"path"`
	Namespace string `json:"namespace"`
}

type answer struct {
	Problems     []string      `json:"problems"`
	Applications []application `json:"applications"`
}

type judge struct {
	directories []string
	answer      answer
	projects    map[string]*argo.AppProject
	apps        []*argo.Application
}

func main() {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	found := &judge{directories: asked.Directories, projects: map[string]*argo.AppProject{
		// The project that is always there.
		"default": {Spec: argo.AppProjectSpec{
			SourceRepos:  []string{"*"},
			Destinations: []argo.ApplicationDestination{{Server: "*", Namespace: "*"}},
		}},
	}}
	found.answer.Problems = []string{}
	found.answer.Applications = []application{}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(asked.Manifests)))
	for number := 1; ; number++ {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			found.problem("document %d: %v", number, err)
			break
		}
		if len(bytes.TrimSpace(text)) > 0 {
			found.document(number, text)
		}
	}
	found.permissions()
	if err := json.NewEncoder(os.Stdout).Encode(found.answer); err != nil {
		os.Exit(2)
	}
}

// strict decodes as the API server does: names of fields count to the letter, none is unknown or there twice.
func strict(text []byte, into any) error {
	data, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return err
	}
	faults, err := sigsjson.UnmarshalStrict(data, into)
	if err != nil {
		return err
	}
	return errors.Join(faults...)
}

func (j *judge) problem(format string, arguments ...any) {
	j.answer.Problems = append(j.answer.Problems, fmt.Sprintf(format, arguments...))
}

func (j *judge) document(number int, text []byte) {
	var kind struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := yaml.Unmarshal(text, &kind); err != nil {
		j.problem("document %d: %v", number, err)
		return
	}
	if kind.APIVersion != argo.SchemeGroupVersion.String() {
		j.problem("document %d: apiVersion is %q", number, kind.APIVersion)
		return
	}
	switch kind.Kind {
	case "Application":
		app := &argo.Application{}
		if err := strict(text, app); err != nil {
			j.problem("document %d: %v", number, err)
			return
		}
		j.apps = append(j.apps, app)
	case "AppProject":
		project := &argo.AppProject{}
		if err := strict(text, project); err != nil {
			j.problem("document %d: %v", number, err)
			return
		}
		if err := project.ValidateProject(); err != nil {
			j.problem("AppProject %s: %v", project.Name, err)
		}
		j.projects[project.Name] = project
	case "ApplicationSet":
		set := &argo.ApplicationSet{}
		if err := strict(text, set); err != nil {
			j.problem("document %d: %v", number, err)
			return
		}
		j.generate(set)
	default:
		j.problem("document %d: the kind is %q", number, kind.Kind)
	}
}

// generate makes the applications of a set with one git generator over folders, as Argo CD does with goTemplate.
func (j *judge) generate(set *argo.ApplicationSet) {
	if !set.Spec.GoTemplate || len(set.Spec.Generators) != 1 || set.Spec.Generators[0].Git == nil {
		j.problem("ApplicationSet %s: only Go templates and one git generator are understood here", set.Name)
		return
	}
	text, err := yaml.Marshal(set.Spec.Template)
	if err != nil {
		j.problem("ApplicationSet %s: %v", set.Name, err)
		return
	}
	compiled, err := template.New(set.Name).Option(set.Spec.GoTemplateOptions...).Parse(string(text))
	if err != nil {
		j.problem("ApplicationSet %s: %v", set.Name, err)
		return
	}
	for _, directory := range j.directories {
		if !selected(set.Spec.Generators[0].Git.Directories, directory) {
			continue
		}
		base := path.Base(directory)
		values := map[string]any{"path": map[string]any{
			"path": directory, "basename": base, "basenameNormalized": base, "segments": strings.Split(directory, "/"),
		}}
		var out bytes.Buffer
		if err := compiled.Execute(&out, values); err != nil {
			j.problem("ApplicationSet %s, folder %s: %v", set.Name, directory, err)
			continue
		}
		made := argo.ApplicationSetTemplate{}
		if err := strict(out.Bytes(), &made); err != nil {
			j.problem("ApplicationSet %s, folder %s: %v", set.Name, directory, err)
			continue
		}
		app := &argo.Application{Spec: made.Spec}
		app.Name = made.Name
		j.apps = append(j.apps, app)
	}
}

func selected(items []argo.GitDirectoryGeneratorItem, directory string) bool {
	for _, segment := range strings.Split(directory, "/") {
		if strings.HasPrefix(segment, ".") {
			return false
		}
	}
	found := false
	for _, item := range items {
		if matches, _ := path.Match(item.Path, directory); matches {
			if item.Exclude {
				return false
			}
			found = true
		}
	}
	return found
}

// permissions says what an application's project does not let it do.
func (j *judge) permissions() {
	sort.SliceStable(j.apps, func(a, b int) bool { return j.apps[a].Name < j.apps[b].Name })
	for _, app := range j.apps {
		project, known := j.projects[app.Spec.Project]
		if !known {
			j.problem("Application %s: there is no project %q", app.Name, app.Spec.Project)
			continue
		}
		seen := application{Name: app.Name, Project: app.Spec.Project, Namespace: app.Spec.Destination.Namespace}
		for _, source := range app.Spec.GetSources() {
			seen.Path = source.Path
			if !project.IsSourcePermitted(source) {
				j.problem("Application %s: project %s does not permit the source %s", app.Name, app.Spec.Project, source.RepoURL)
			}
		}
		destination := app.Spec.Destination
		clusters := func(string) ([]*argo.Cluster, error) { return nil, nil }
		cluster := &argo.Cluster{Server: destination.Server, Name: destination.Name}
		permitted, err := project.IsDestinationPermitted(cluster, destination.Namespace, clusters)
		if err != nil || !permitted {
			j.problem("Application %s: project %s does not permit the namespace %s", app.Name, app.Spec.Project, destination.Namespace)
		}
		j.answer.Applications = append(j.answer.Applications, seen)
	}
}
