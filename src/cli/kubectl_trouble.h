/* What kubectl's messages mean, and what to do. */
#ifndef KWIZ_CLI_KUBECTL_TROUBLE_H
#define KWIZ_CLI_KUBECTL_TROUBLE_H

#include <stdbool.h>

struct kubectl_trouble {
    const char *id;      /* one word, for programs: "refused" */
    const char *meaning; /* untranslated: what is so */
    const char *remedy;  /* untranslated: what to do */
    bool is_answered;    /* an API server answered: the way is good */
    bool is_kubeconfig;  /* the kubeconfig is what is wrong */
};

/* The trouble that the output of a kubectl that failed tells of; never NULL: what is not known is "unknown". */
const struct kubectl_trouble *kubectl_trouble_of(const char *output);
/* The same of a kubectl that had to be stopped: what is not known is "hangs". */
const struct kubectl_trouble *kubectl_trouble_hang(const char *output);

#endif
