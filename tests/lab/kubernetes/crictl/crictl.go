// crictl for the lab: asks a container runtime over the Container Runtime
// Interface, as the crictl of cri-tools does, with the same names of commands,
// options and output forms. Debian 12 has no cri-tools, and kubeadm calls crictl.
//
// Built inside the source tree of Kubernetes, whose CRI definitions it uses. Only
// what kubeadm and an operator looking for a fault need; exec, attach, run and
// port-forward are not there and say so.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/ioutil"
	"net"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

const (
	clientVersion  = "1.20.0-lab"
	configFile     = "/etc/crictl.yaml"
	defaultTimeout = 10 * time.Second
	// A pull may take long; crictl of cri-tools sets no limit at all there.
	pullTimeout = 15 * time.Minute
)

// Where runtimes listen, in the order in which cri-tools looks.
var defaultEndpoints = []string{
	"unix:///var/run/dockershim.sock",
	"unix:///run/containerd/containerd.sock",
	"unix:///run/crio/crio.sock",
}

// client is a connection to one runtime.
type client struct {
	runtime cri.RuntimeServiceClient
	image   cri.ImageServiceClient
	timeout time.Duration
	context context.Context
	cancel  context.CancelFunc
}

type command struct {
	name, alias, arguments, help string
	run                          func(c *client, flags *options, arguments []string) error
}

var commands []command

func init() {
	commands = []command{
		{"version", "", "", "versions of runtime and interface", runVersion},
		{"info", "", "", "state of the runtime", runInfo},
		{"pods", "", "", "list pods", runPods},
		{"ps", "", "", "list containers (-a: also those that ended)", runContainers},
		{"images", "image", "", "list images", runImages},
		{"pull", "", "IMAGE", "pull an image", runPull},
		{"rmi", "", "IMAGE...", "remove images", runRemoveImages},
		{"inspecti", "", "IMAGE...", "show images", runInspectImages},
		{"inspect", "", "CONTAINER...", "show containers", runInspectContainers},
		{"inspectp", "", "POD...", "show pods", runInspectPods},
		{"stopp", "", "POD...", "stop pods", runStopPods},
		{"rmp", "", "POD...", "remove pods (-f: also running ones)", runRemovePods},
		{"stop", "", "CONTAINER...", "stop containers", runStopContainers},
		{"rm", "", "CONTAINER...", "remove containers (-f: also running ones)", runRemoveContainers},
		{"logs", "", "CONTAINER", "what a container wrote", runLogs},
	}
}

func main() {
	if err := mainError(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crictl:", err)
		os.Exit(1)
	}
}

func mainError(arguments []string) error {
	global := flag.NewFlagSet("crictl", flag.ContinueOnError)
	global.SetOutput(os.Stderr)
	global.Usage = usage
	var endpoint, imageEndpoint, config string
	var timeout time.Duration
	var showVersion bool
	stringFlag(global, &endpoint, "runtime-endpoint", "r", os.Getenv("CONTAINER_RUNTIME_ENDPOINT"))
	stringFlag(global, &imageEndpoint, "image-endpoint", "i", os.Getenv("IMAGE_SERVICE_ENDPOINT"))
	stringFlag(global, &config, "config", "c", configFile)
	global.DurationVar(&timeout, "timeout", 0, "")
	global.DurationVar(&timeout, "t", 0, "")
	boolFlag(global, &showVersion, "version", "v")
	if err := global.Parse(arguments); err != nil {
		return err
	}
	if showVersion {
		fmt.Println("crictl version", clientVersion)
		return nil
	}
	if global.NArg() == 0 || global.Arg(0) == "help" {
		usage()
		return nil
	}
	chosen, err := findCommand(global.Arg(0))
	if err != nil {
		return err
	}
	flags, rest, err := parseOptions(chosen.name, global.Args()[1:])
	if err != nil {
		return err
	}
	if chosen.arguments != "" && len(rest) == 0 {
		return fmt.Errorf("usage: crictl %s %s", chosen.name, chosen.arguments)
	}
	settings, err := readSettings(config)
	if err != nil {
		return err
	}
	c, err := connect(first(endpoint, settings["runtime-endpoint"]),
		first(imageEndpoint, settings["image-endpoint"]), timeout)
	if err != nil {
		return err
	}
	return chosen.run(c, flags, rest)
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: crictl [-r ENDPOINT] [-t TIMEOUT] COMMAND [OPTIONS] [ARGUMENTS]")
	for _, c := range commands {
		fmt.Fprintf(os.Stderr, "  %-9s %-13s %s\n", c.name, c.arguments, c.help)
	}
}

func findCommand(name string) (*command, error) {
	for i := range commands {
		if name == commands[i].name || name == commands[i].alias {
			return &commands[i], nil
		}
	}
	return nil, fmt.Errorf("command %q is not known to this crictl; see crictl help", name)
}

func stringFlag(set *flag.FlagSet, to *string, long, short, value string) {
	set.StringVar(to, long, value, "")
	set.StringVar(to, short, value, "")
}

func boolFlag(set *flag.FlagSet, to *bool, long, short string) {
	set.BoolVar(to, long, false, "")
	set.BoolVar(to, short, false, "")
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// readSettings reads the flat `key: value` lines that crictl.yaml consists of.
// A missing file is no error, as no file is needed.
func readSettings(path string) (map[string]string, error) {
	settings := map[string]string{}
	text, err := ioutil.ReadFile(path)
	if os.IsNotExist(err) {
		return settings, nil
	}
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if i := strings.Index(line, ":"); i > 0 && !strings.HasPrefix(line, "#") {
			value := strings.Trim(strings.TrimSpace(line[i+1:]), `"'`)
			settings[strings.TrimSpace(line[:i])] = value
		}
	}
	return settings, nil
}

func connect(endpoint, imageEndpoint string, timeout time.Duration) (*client, error) {
	connection, err := dial(endpoint, timeout)
	if err != nil {
		return nil, err
	}
	c := &client{
		runtime: cri.NewRuntimeServiceClient(connection),
		image:   cri.NewImageServiceClient(connection),
		timeout: timeout,
	}
	if imageEndpoint != "" && imageEndpoint != endpoint {
		if connection, err = dial(imageEndpoint, timeout); err != nil {
			return nil, err
		}
		c.image = cri.NewImageServiceClient(connection)
	}
	c.limit(defaultTimeout)
	return c, nil
}

// limit sets how long what follows may take, unless the operator said it.
func (c *client) limit(usual time.Duration) {
	if c.timeout > 0 {
		usual = c.timeout
	}
	if c.cancel != nil {
		c.cancel()
	}
	c.context, c.cancel = context.WithTimeout(context.Background(), usual)
}

func dial(endpoint string, timeout time.Duration) (*grpc.ClientConn, error) {
	endpoints := defaultEndpoints
	if endpoint != "" {
		endpoints = []string{endpoint}
	}
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	var problems []string
	for _, candidate := range endpoints {
		path := strings.TrimPrefix(candidate, "unix://")
		if _, err := os.Stat(path); err != nil {
			problems = append(problems, err.Error())
			continue
		}
		limited, cancel := context.WithTimeout(context.Background(), timeout)
		connection, err := grpc.DialContext(limited, path, grpc.WithInsecure(), grpc.WithBlock(),
			grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "unix", address)
			}),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(16<<20)))
		cancel()
		if err == nil {
			return connection, nil
		}
		problems = append(problems, fmt.Sprintf("%s: %v", candidate, err))
	}
	return nil, errors.New("no container runtime answers: " + strings.Join(problems, "; "))
}

// each calls f for every argument; all are tried, the first error is returned.
func each(arguments []string, f func(string) error) error {
	var failed error
	for _, argument := range arguments {
		if err := f(argument); err != nil && failed == nil {
			failed = fmt.Errorf("%s: %v", argument, err)
		}
	}
	return failed
}

func runLogs(c *client, flags *options, arguments []string) error {
	id, err := c.containerID(arguments[0])
	if err != nil {
		return err
	}
	status, err := c.runtime.ContainerStatus(c.context, &cri.ContainerStatusRequest{ContainerId: id})
	if err != nil {
		return err
	}
	file, err := os.Open(status.GetStatus().GetLogPath())
	if err != nil {
		return err
	}
	defer file.Close()
	return printLog(file, os.Stdout, os.Stderr, flags.tail)
}

// printLog writes the text of CRI log lines: time, stream, P or F, text.
func printLog(from io.Reader, out, errOut io.Writer, tail int) error {
	text, err := ioutil.ReadAll(from)
	if err != nil {
		return err
	}
	lines := strings.SplitAfter(string(text), "\n")
	if tail >= 0 && len(lines)-1 > tail {
		lines = lines[len(lines)-1-tail:]
	}
	for _, line := range lines {
		fields := strings.SplitN(line, " ", 4)
		if len(fields) < 4 {
			continue
		}
		to := out
		if fields[1] == "stderr" {
			to = errOut
		}
		text := fields[3]
		if fields[2] == "P" {
			text = strings.TrimSuffix(text, "\n")
		}
		if _, err := io.WriteString(to, text); err != nil {
			return err
		}
	}
	return nil
}
