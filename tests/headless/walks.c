/* What is typed, line by line. */
#include "tests/headless/walk.h"

#define SINGLE_HOST "kub-1 10.1.4.36 control-plane ubuntu\n\n"
#define HA_HOSTS \
    "kub-master-[1-3] 10.1.4.[36-38] control-plane ubuntu\n" \
    "kub-ingress-1 10.1.4.39 ingress ubuntu\n" \
    "kub-node-[1-2] 10.1.4.[32-33] worker ubuntu\n\n"
#define TO_SPELL "\n"
#define TO_HA "\ncluster\nha\n"

const struct walk walks[] = {
    {"single", HOSTS_GOOD, true, "new\ncluster\nsingle\n" SINGLE_HOST "\nnext\nsave kub.yaml\nstart\n", 0},
    {"ha", HOSTS_GOOD, true,
     "2\n", 0},
};
const size_t walk_count = sizeof walks / sizeof *walks;
