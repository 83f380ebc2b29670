package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/golang/protobuf/jsonpb"
	"github.com/golang/protobuf/proto"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

// options of a command, behind its name.
type options struct {
	quiet, all, force, noTruncate      bool
	output, name, namespace, label, id string
	pod, state                         string
	tail                               int
	timeoutSeconds                     int64
}

func parseOptions(name string, arguments []string) (*options, []string, error) {
	flags := &options{}
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	boolFlag(set, &flags.quiet, "quiet", "q")
	boolFlag(set, &flags.all, "all", "a")
	boolFlag(set, &flags.force, "force", "f")
	set.BoolVar(&flags.noTruncate, "no-trunc", false, "")
	stringFlag(set, &flags.output, "output", "o", "")
	set.StringVar(&flags.name, "name", "", "")
	set.StringVar(&flags.namespace, "namespace", "", "")
	set.StringVar(&flags.label, "label", "", "")
	set.StringVar(&flags.id, "id", "", "")
	stringFlag(set, &flags.pod, "pod", "p", "")
	stringFlag(set, &flags.state, "state", "s", "")
	set.IntVar(&flags.tail, "tail", -1, "")
	set.Int64Var(&flags.timeoutSeconds, "timeout", 0, "")
	set.Int64Var(&flags.timeoutSeconds, "t", 0, "")
	// Options may also stand behind arguments.
	var rest []string
	for {
		if err := set.Parse(arguments); err != nil {
			return nil, nil, err
		}
		if set.NArg() == 0 {
			break
		}
		rest = append(rest, set.Arg(0))
		arguments = set.Args()[1:]
	}
	switch flags.output {
	case "", "table", "json":
	default:
		return nil, nil, fmt.Errorf("output %q is not known: table or json", flags.output)
	}
	return flags, rest, nil
}

func (o *options) labels() map[string]string {
	labels := map[string]string{}
	for _, pair := range strings.Split(o.label, ",") {
		if i := strings.Index(pair, "="); i > 0 {
			labels[pair[:i]] = pair[i+1:]
		}
	}
	return labels
}

func (o *options) short(id string) string {
	id = strings.TrimPrefix(id, "sha256:")
	if o.noTruncate || len(id) <= 13 {
		return id
	}
	return id[:13]
}

func (o *options) ids(ids []string) error {
	for _, id := range ids {
		fmt.Println(id)
	}
	return nil
}

func table(rows [][]string) error {
	writer := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(writer, strings.Join(row, "\t"))
	}
	return writer.Flush()
}

func age(nanoseconds int64) string {
	if nanoseconds <= 0 {
		return "-"
	}
	return time.Since(time.Unix(0, nanoseconds)).Round(time.Second).String() + " ago"
}

// printMessage writes a message as JSON; more holds what runtimes add as strings
// of which some are JSON themselves.
func printMessage(message proto.Message, key string, more map[string]string) error {
	marshaler := jsonpb.Marshaler{EmitDefaults: true}
	text, err := marshaler.MarshalToString(message)
	if err != nil {
		return err
	}
	whole := map[string]interface{}{}
	var part interface{}
	if err := json.Unmarshal([]byte(text), &part); err != nil {
		return err
	}
	if key == "" {
		whole, _ = part.(map[string]interface{})
	} else {
		whole[key] = part
	}
	for name, value := range more {
		var parsed interface{}
		if json.Unmarshal([]byte(value), &parsed) != nil {
			parsed = value
		}
		whole[name] = parsed
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(whole)
}

func runVersion(c *client, _ *options, _ []string) error {
	v, err := c.runtime.Version(c.context, &cri.VersionRequest{Version: "v1alpha2"})
	if err != nil {
		return err
	}
	fmt.Printf("Version:  %s\nRuntimeName:  %s\nRuntimeVersion:  %s\nRuntimeApiVersion:  %s\n",
		v.Version, v.RuntimeName, v.RuntimeVersion, v.RuntimeApiVersion)
	return nil
}

func runInfo(c *client, _ *options, _ []string) error {
	status, err := c.runtime.Status(c.context, &cri.StatusRequest{Verbose: true})
	if err != nil {
		return err
	}
	return printMessage(status.Status, "status", status.Info)
}

func runPods(c *client, flags *options, _ []string) error {
	filter := &cri.PodSandboxFilter{Id: flags.id, LabelSelector: flags.labels()}
	switch strings.ToLower(flags.state) {
	case "":
	case "ready":
		filter.State = &cri.PodSandboxStateValue{State: cri.PodSandboxState_SANDBOX_READY}
	case "notready":
		filter.State = &cri.PodSandboxStateValue{State: cri.PodSandboxState_SANDBOX_NOTREADY}
	default:
		return fmt.Errorf("state %q is not known: ready or notready", flags.state)
	}
	list, err := c.runtime.ListPodSandbox(c.context, &cri.ListPodSandboxRequest{Filter: filter})
	if err != nil {
		return err
	}
	kept := &cri.ListPodSandboxResponse{}
	rows := [][]string{{"POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT"}}
	var ids []string
	for _, pod := range list.Items {
		meta := pod.GetMetadata()
		if !strings.Contains(meta.GetName(), flags.name) ||
			flags.namespace != "" && meta.GetNamespace() != flags.namespace {
			continue
		}
		kept.Items = append(kept.Items, pod)
		ids = append(ids, pod.Id)
		state := "Ready"
		if pod.State != cri.PodSandboxState_SANDBOX_READY {
			state = "NotReady"
		}
		rows = append(rows, []string{flags.short(pod.Id), age(pod.CreatedAt), state, meta.GetName(),
			meta.GetNamespace(), fmt.Sprint(meta.GetAttempt())})
	}
	return flags.show(kept, ids, rows)
}

// show writes a list in the form that was asked for.
func (o *options) show(message proto.Message, ids []string, rows [][]string) error {
	switch {
	case o.quiet:
		return o.ids(ids)
	case o.output == "json":
		return printMessage(message, "", nil)
	}
	return table(rows)
}

func runContainers(c *client, flags *options, _ []string) error {
	filter := &cri.ContainerFilter{Id: flags.id, PodSandboxId: flags.pod, LabelSelector: flags.labels()}
	states := map[string]cri.ContainerState{
		"created": cri.ContainerState_CONTAINER_CREATED,
		"running": cri.ContainerState_CONTAINER_RUNNING,
		"exited":  cri.ContainerState_CONTAINER_EXITED,
		"unknown": cri.ContainerState_CONTAINER_UNKNOWN,
	}
	wanted := strings.ToLower(flags.state)
	if wanted == "" && !flags.all {
		wanted = "running"
	}
	if wanted != "" {
		state, ok := states[wanted]
		if !ok {
			return fmt.Errorf("state %q is not known: created, running, exited or unknown", flags.state)
		}
		filter.State = &cri.ContainerStateValue{State: state}
	}
	list, err := c.runtime.ListContainers(c.context, &cri.ListContainersRequest{Filter: filter})
	if err != nil {
		return err
	}
	kept := &cri.ListContainersResponse{}
	rows := [][]string{{"CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID"}}
	var ids []string
	for _, container := range list.Containers {
		meta := container.GetMetadata()
		if !strings.Contains(meta.GetName(), flags.name) {
			continue
		}
		kept.Containers = append(kept.Containers, container)
		ids = append(ids, container.Id)
		state := strings.TrimPrefix(container.State.String(), "CONTAINER_")
		rows = append(rows, []string{flags.short(container.Id), flags.short(container.GetImage().GetImage()),
			age(container.CreatedAt), state[:1] + strings.ToLower(state[1:]), meta.GetName(),
			fmt.Sprint(meta.GetAttempt()), flags.short(container.PodSandboxId)})
	}
	return flags.show(kept, ids, rows)
}

func runImages(c *client, flags *options, arguments []string) error {
	request := &cri.ListImagesRequest{}
	if len(arguments) > 0 {
		request.Filter = &cri.ImageFilter{Image: &cri.ImageSpec{Image: arguments[0]}}
	}
	list, err := c.image.ListImages(c.context, request)
	if err != nil {
		return err
	}
	rows := [][]string{{"IMAGE", "TAG", "IMAGE ID", "SIZE"}}
	var ids []string
	for _, image := range list.Images {
		ids = append(ids, image.Id)
		size := fmt.Sprintf("%.1fMB", float64(image.Size_)/1e6)
		tags := image.RepoTags
		if len(tags) == 0 {
			tags = []string{"<none>:<none>"}
		}
		for _, tag := range tags {
			colon := strings.LastIndex(tag, ":")
			rows = append(rows, []string{tag[:colon], tag[colon+1:], flags.short(image.Id), size})
		}
	}
	sort.Slice(rows[1:], func(i, j int) bool { return rows[i+1][0] < rows[j+1][0] })
	return flags.show(list, ids, rows)
}
