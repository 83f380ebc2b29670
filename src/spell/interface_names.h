/* What an interface is, by its name. */
#ifndef KWIZ_SPELL_INTERFACE_NAMES_H
#define KWIZ_SPELL_INTERFACE_NAMES_H

#include <stdbool.h>

/* Made by a cluster's own network: bridges, tunnels and dummies of CNI plugins and kube-proxy. */
bool interface_is_of_cluster(const char *name);
/* A bridge that containers or virtual machines hang on, which no other host reaches: of Docker, Podman, libvirt, LXD, Incus, LXC. */
bool interface_is_inside(const char *name);

#endif
