// Judges Argo CD's resources with Argo CD's own types.
//
// Standard input is a JSON object: "manifests" is YAML text of many documents; "directories" and "files" are what git
// generators would find, "clusters" the clusters that Argo CD knows. The answer is a JSON object: "problems" lists what is wrong; "applications" are those that
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
	"regexp"
	"sort"
	"strings"
	"text/template"

	argo "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	sigsjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

type request struct {
	Manifests   string    `json:"manifests"`
	Directories []string  `json:"directories"`
	Files       []string  `json:"files"`
	Clusters    []cluster `json:"clusters"`
}

type cluster struct {
	Name   string            `json:"name"`
	Server string            `json:"server"`
	Labels map[string]string `json:"labels"`
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
	asked    request
	answer   answer
	projects map[string]*argo.AppProject
	apps     []*argo.Application
}

func main() {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	found := &judge{asked: asked, projects: map[string]*argo.AppProject{
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

// generate makes the applications of a set with goTemplate as Argo CD does.
func (j *judge) generate(set *argo.ApplicationSet) {
	if !set.Spec.GoTemplate || len(set.Spec.Generators) != 1 {
		j.problem("ApplicationSet %s: only Go templates and one generator are understood here", set.Name)
		return
	}
	parameters, err := j.parameters(&set.Spec.Generators[0])
	if err != nil {
		j.problem("ApplicationSet %s: %v", set.Name, err)
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
	for _, values := range parameters {
		directory := values["path"].(map[string]any)["path"]
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

// parameters are those of a git generator, or of a matrix of one and clusters.
func (j *judge) parameters(generator *argo.ApplicationSetGenerator) ([]map[string]any, error) {
	if generator.Git != nil {
		return j.git(generator.Git), nil
	}
	if generator.Matrix == nil || len(generator.Matrix.Generators) != 2 {
		return nil, errors.New("only git, and a matrix of git and clusters, are understood here")
	}
	left, right := generator.Matrix.Generators[0], generator.Matrix.Generators[1]
	if left.Git == nil || right.Clusters == nil {
		return nil, errors.New("only a matrix of git and clusters is understood here")
	}
	selector, err := metav1.LabelSelectorAsSelector(&right.Clusters.Selector)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, one := range j.git(left.Git) {
		for _, other := range j.asked.Clusters {
			if !selector.Matches(labels.Set(other.Labels)) {
				continue
			}
			out = append(out, map[string]any{
				"path": one["path"], "name": other.Name, "nameNormalized": other.Name, "server": other.Server,
				"metadata": map[string]any{"labels": other.Labels},
			})
		}
	}
	return out, nil
}

func (j *judge) git(generator *argo.GitGenerator) []map[string]any {
	var found []string
	for _, directory := range j.asked.Directories {
		if selected(generator.Directories, directory) {
			found = append(found, directory)
		}
	}
	for _, file := range j.asked.Files {
		if named(generator.Files, file) {
			found = append(found, path.Dir(file))
		}
	}
	var out []map[string]any
	for _, directory := range found {
		base := path.Base(directory)
		out = append(out, map[string]any{"path": map[string]any{
			"path": directory, "basename": base, "basenameNormalized": base, "segments": strings.Split(directory, "/"),
		}})
	}
	return out
}

// named is whether a generator takes a file. In its patterns a star stands for slashes as well, as it does for git.
func named(items []argo.GitFileGeneratorItem, file string) bool {
	found := false
	for _, item := range items {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(item.Path), `\*`, ".*")
		if regexp.MustCompile("^" + pattern + "$").MatchString(file) {
			if item.Exclude {
				return false
			}
			found = true
		}
	}
	return found
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
