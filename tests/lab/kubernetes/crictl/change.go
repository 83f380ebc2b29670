package main

import (
	"errors"
	"fmt"
	"strings"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

func runPull(c *client, _ *options, arguments []string) error {
	c.limit(pullTimeout)
	return each(arguments, func(image string) error {
		pulled, err := c.image.PullImage(c.context, &cri.PullImageRequest{Image: &cri.ImageSpec{Image: image}})
		if err == nil {
			fmt.Println("Image is up to date for", pulled.ImageRef)
		}
		return err
	})
}

func (c *client) imageStatus(image string) (*cri.ImageStatusResponse, error) {
	status, err := c.image.ImageStatus(c.context,
		&cri.ImageStatusRequest{Image: &cri.ImageSpec{Image: image}, Verbose: true})
	if err == nil && status.Image == nil {
		return nil, fmt.Errorf("no such image %q present", image)
	}
	return status, err
}

func runInspectImages(c *client, flags *options, arguments []string) error {
	return each(arguments, func(image string) error {
		status, err := c.imageStatus(image)
		if err != nil {
			return err
		}
		if flags.quiet {
			return flags.ids([]string{status.Image.Id})
		}
		return printMessage(status.Image, "status", status.Info)
	})
}

func runRemoveImages(c *client, _ *options, arguments []string) error {
	return each(arguments, func(image string) error {
		status, err := c.imageStatus(image)
		if err != nil {
			return err
		}
		_, err = c.image.RemoveImage(c.context,
			&cri.RemoveImageRequest{Image: &cri.ImageSpec{Image: status.Image.Id}})
		if err == nil {
			fmt.Println("Deleted:", image)
		}
		return err
	})
}

// match finds the one id that starts with prefix.
func match(kind, prefix string, ids []string) (string, error) {
	found := ""
	for _, id := range ids {
		if !strings.HasPrefix(id, prefix) {
			continue
		}
		if found != "" {
			return "", fmt.Errorf("more than one %s starts with this id", kind)
		}
		found = id
	}
	if found == "" {
		return "", fmt.Errorf("no such %s", kind)
	}
	return found, nil
}

func (c *client) podID(prefix string) (string, error) {
	list, err := c.runtime.ListPodSandbox(c.context, &cri.ListPodSandboxRequest{})
	if err != nil {
		return "", err
	}
	var ids []string
	for _, pod := range list.Items {
		ids = append(ids, pod.Id)
	}
	return match("pod", prefix, ids)
}

func (c *client) containerID(prefix string) (string, error) {
	list, err := c.runtime.ListContainers(c.context, &cri.ListContainersRequest{})
	if err != nil {
		return "", err
	}
	var ids []string
	for _, container := range list.Containers {
		ids = append(ids, container.Id)
	}
	return match("container", prefix, ids)
}

func runInspectPods(c *client, _ *options, arguments []string) error {
	return each(arguments, func(prefix string) error {
		id, err := c.podID(prefix)
		if err != nil {
			return err
		}
		status, err := c.runtime.PodSandboxStatus(c.context,
			&cri.PodSandboxStatusRequest{PodSandboxId: id, Verbose: true})
		if err != nil {
			return err
		}
		return printMessage(status.Status, "status", status.Info)
	})
}

func runInspectContainers(c *client, _ *options, arguments []string) error {
	return each(arguments, func(prefix string) error {
		id, err := c.containerID(prefix)
		if err != nil {
			return err
		}
		status, err := c.runtime.ContainerStatus(c.context,
			&cri.ContainerStatusRequest{ContainerId: id, Verbose: true})
		if err != nil {
			return err
		}
		return printMessage(status.Status, "status", status.Info)
	})
}

func (c *client) stopPod(id string) error {
	_, err := c.runtime.StopPodSandbox(c.context, &cri.StopPodSandboxRequest{PodSandboxId: id})
	return err
}

func runStopPods(c *client, _ *options, arguments []string) error {
	return each(arguments, func(prefix string) error {
		id, err := c.podID(prefix)
		if err != nil {
			return err
		}
		// Each pod has the whole limit: kubeadm reset stops many.
		c.limit(defaultTimeout)
		if err := c.stopPod(id); err != nil {
			return err
		}
		fmt.Println("Stopped sandbox", id)
		return nil
	})
}

func runRemovePods(c *client, flags *options, arguments []string) error {
	return each(arguments, func(prefix string) error {
		id, err := c.podID(prefix)
		if err != nil {
			return err
		}
		c.limit(defaultTimeout)
		status, err := c.runtime.PodSandboxStatus(c.context, &cri.PodSandboxStatusRequest{PodSandboxId: id})
		if err != nil {
			return err
		}
		if status.GetStatus().GetState() == cri.PodSandboxState_SANDBOX_READY {
			if !flags.force {
				return errors.New("the pod is running; stop it first (stopp), or use -f")
			}
			if err := c.stopPod(id); err != nil {
				return err
			}
		}
		if _, err := c.runtime.RemovePodSandbox(c.context, &cri.RemovePodSandboxRequest{PodSandboxId: id}); err != nil {
			return err
		}
		fmt.Println("Removed sandbox", id)
		return nil
	})
}

func runStopContainers(c *client, flags *options, arguments []string) error {
	return each(arguments, func(prefix string) error {
		id, err := c.containerID(prefix)
		if err != nil {
			return err
		}
		c.limit(defaultTimeout)
		_, err = c.runtime.StopContainer(c.context,
			&cri.StopContainerRequest{ContainerId: id, Timeout: flags.timeoutSeconds})
		if err == nil {
			fmt.Println(id)
		}
		return err
	})
}

func runRemoveContainers(c *client, flags *options, arguments []string) error {
	return each(arguments, func(prefix string) error {
		id, err := c.containerID(prefix)
		if err != nil {
			return err
		}
		c.limit(defaultTimeout)
		status, err := c.runtime.ContainerStatus(c.context, &cri.ContainerStatusRequest{ContainerId: id})
		if err != nil {
			return err
		}
		if status.GetStatus().GetState() == cri.ContainerState_CONTAINER_RUNNING && !flags.force {
			return errors.New("the container is running; stop it first, or use -f")
		}
		_, err = c.runtime.RemoveContainer(c.context, &cri.RemoveContainerRequest{ContainerId: id})
		if err == nil {
			fmt.Println(id)
		}
		return err
	})
}
