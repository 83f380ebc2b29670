/* What is typed, line by line. */
#include "tests/headless/walk.h"

#include <stddef.h>

#define TO_TOPOLOGY "new\ncluster\n"
#define SINGLE TO_TOPOLOGY "single\nkub-1 10.1.4.36 control-plane ubuntu\n\n"
#define HA_HOSTS \
    "kub-master-[1-3] 10.1.4.[36-38] control-plane ubuntu\n" \
    "kub-ingress-1 10.1.4.39 ingress ubuntu\n" \
    "kub-node-[1-2] 10.1.4.[32-33] worker ubuntu\n\n"
#define HA TO_TOPOLOGY "ha\n" HA_HOSTS
/* From the name on: version, pod network, pod range, service range, endpoint, add-ons, sample, port, greeting; whether domain, folder, authority and
 * password are asked too. */
#define HA_OPTIONS "kub-ha\n\n\n\n\n10.1.4.40\n\n\n\n\n\n"
/* More than are needed: what is too much is told. */
#define BACK_TO_WELCOME "<\n<\n<\n<\n<\n<\n<\n<\n<\n<\n<\n<\n<\n<\n<\n<\n<\n"
#define BIG_BYTES ((size_t)1 << 20)

static char big[BIG_BYTES + 64]; /* filled by walks_prepare */

struct walk walks[] = {
    /* whole ones */
    {"single", HOSTS_GOOD, true, SINGLE "\n\n\n\n\n\n\n\n\n\nsave kub.yaml\nstart\n", 0, false},
    {"ha", HOSTS_GOOD, true, HA HA_OPTIONS "start\n", 0, false},
    {"ha-answered", HOSTS_GOOD, false,
     "1\n1\n2\n" HA_HOSTS "prod\n1.35\n2\n10.200.0.0/16\n\n10.1.4.40\n1 head\nyes\n30081\n\\?\nmore\nkub.example\n\\/srv/etcd\n"
     "file ../../nothing\n-----BEGIN\n one\\\n\n-----END\n.\ntype\n\\s3cret!\nshow init\nsave\nstart\n", 0, false},
    {"many", HOSTS_GOOD, true, TO_TOPOLOGY "many\nnode-[001-120] 10.2.0.[1-120] worker\n\nbig\n< 4\nset node-001 port 0\n>\nset all port 0\n>\nset all port\nset node-001 port\n> 7\n\n\nnone\nnext\nstart\n", 0, false},
    {"late", HOSTS_LATE, true, HA "kub-ha\n\n\n\n\n10.1.4.40\nnext\nstart\n", 0, false},
    /* hosts that want something */
    {"asking", HOSTS_ASKING, true,
     HA "?\nmaybe\nSHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nSHA256:uC1pIcAoQ2f0y1nO5bTt3Zz0WmWq0m9rE3yP4JgkY8s\nyes\n\\sesame\nsesame\n"
     "kub-ha\n\n\n\n\n10.1.4.40\nnext\nstart\n", 0, false},
    {"asking-all", HOSTS_ASKING, true, HA "all\nsesame\nkub-ha\n\n\n\n\n10.1.4.40\nnext\nstart\n", 0, false},
    {"asking-none", HOSTS_ASKING, true, HA "\nno\n\nnext\n\nkub-ha\n\n\n\n\n10.1.4.40\nnext\nstart\n", 0, false},
    {"failed", HOSTS_FAILED, true, HA "next\nwhat\n?\nagain\nkub-ha\n\n\n\n\n10.1.4.40\nnext\nstart\n", 0, false},
    {"failed-deleted", HOSTS_FAILED, true, HA "delete nobody\ndelete kub-node-2\n\nkub-node-3 10.1.4.34 worker\n\n", 0, false},
    {"poor", HOSTS_POOR, true,
     HA "next\n<\nshow hw.cpu\nshow s\nagain nowhere\nagain kub-node-1\n?\naccept swap\n\n> 8\naccept swap\nit is a test\naccept hw.mem enough for it\naccept hw.cpu why\nagain\n?\nnext\n"
     "kub-ha\n\n\n\n\n10.1.4.40\nnext\nstart\n", 0, false},
    {"mend", HOSTS_POOR, true, HA "next\n<\nfix hw.mem\nfix nothing\nfix swap\n?\n\nwhat\n\nfix swap\n<\nfix swap\nrun\nfix\n!\nq\n", 0, false},
    {"several", HOSTS_SEVERAL, true, HA "show os.systemd\nnext\nkub-ha\n\n\nflannel\ncalico\n\n\n10.1.4.40\nnext\nstart\n", 0, false},
    /* wrong answers everywhere */
    {"wrong", HOSTS_GOOD, true,
     "x\n9\nopen /nothing.yaml\nopen\n\n?\nnew\n7\nz\n\nmany-more\n\\1\nsingle\n"
     "\nkub-1\nKub_1 10.1.4.36 control-plane\nkub-1 -x control-plane\nkub-1 10.1.4.36 boss\nkub-[1-3] 10.1.4.[1-2] worker\n\\list\n"
     "kub-1 10.1.4.36 control-plane\nkub-1 10.1.4.37 worker\nkub-2 10.1.4.38 worker\nkub-3 10.1.4.37 control-plane\n\nlist\nundo\nundo\nundo\n"
     "kub-1 10.1.4.36 control-plane\nset kub-1 port 99999\n\nset kub-1 port 2222\nset kub-1 colour red\nset kub-9 port 1\nset all user root\nset all port x\n\n"
     "set all port 22\nimport /nothing\nimport typed\ndelete kub-[1-9]\ndelete 1\nundo\nlist\n\n"
     "Not A Name\n\nx.y.z\n\nnothing\n\nmeet\n10.1.4.0/33\n10.1.0.0/16\n\n\nnext\n8\nshow nothing\nstartle\n7\n\n\n\n\n\nwrong words\n\nmaybe\n\n80\n\n"
     "this is more than the forty letters that the greeting may have\n\nrest\nmore\nbad domain\n\nrelative\n\n\nPassw0rd\n"
     "cat:x\nenv:REGISTRY\nsave /nowhere/at/all.yaml\nstart\n", 0, false},
    /* back to the first question and on again, with what was answered offered */
    {"back", HOSTS_GOOD, true,
     HA "kub-ha\n1.35\n<\n<\n<\n<\n<\n<\n<\n<\n" "\n\n\n\n\n\n\n\n\n\n10.1.4.40\n\n\n\n\n\n<\n<\n<\n=\nnext\n4\nlist\n\n6\n\n5\n\nstart\n", 0, false},
    {"help", HOSTS_GOOD, true,
     "?\n\n?\n\n?\nha\n?\n" HA_HOSTS "?\n\n?\n\n?\n\n?\n\n?\n10.1.4.40\n?\n\n?\n\n?\n\n?\n\n?\n\n?\n\n?\n\n?\n\n?\nnext\n?\n!\n?\nquit\n", 0, false},
    /* ways out */
    {"quit", HOSTS_GOOD, true, "!\n\n!\nyes\n", 0, false},
    {"quit-saved", HOSTS_GOOD, true, HA "!\nx\n<\n!\nsave\n", 0, false},
    {"quit-unsaved", HOSTS_GOOD, true, HA "!\nq\n", 0, false},
    {"end", HOSTS_GOOD, true, HA "kub-ha", 0, false},
    {"end-at-once", HOSTS_GOOD, false, "", 0, false},
    {"end-waiting", HOSTS_LATE, true, HA, 0, false},
    {"end-in-password", HOSTS_ASKING, true, HA "all\n", 0, false},
    {"reopened", HOSTS_GOOD, true, HA "kub-ha\n\n\n\n\n10.1.4.40\nnext\nsave a.yaml\nsave a.yaml\nsave typed\n<\n\nsave ../x/\n<\n<\n", 0, false},
    {"reset", HOSTS_GOOD, true,
     SINGLE "next\nsave a.yaml\n" BACK_TO_WELCOME "reset a.yaml\n7\nshow prepare\nstart\nwrong\nstart\n<\nstart\nsingle\n", 0, false},
    {"open", HOSTS_GOOD, true,
     SINGLE "next\nsave a.yaml\n" BACK_TO_WELCOME "continue\n<\nopen\na.yaml\n7\nother\nnext\nsave\nstart\n", 0, false},
    {"past", HOSTS_GOOD, true, "2\n<\n? \nreset\n3\n9\n2\nshow prepare\n!\nq\n", 0, true},
    {"past-resume", HOSTS_GOOD, true, "\n", 0, true},
    {"past-reset", HOSTS_GOOD, true, SINGLE "< 1\nreset\n2\nstart\nkub-test\n", 0, true},
    {"jumps", HOSTS_GOOD, true,
     "> 3\n>\n> 8\n>\n> 4\n2\n>\n> opt\nkub-1 10.1.4.36 control-plane ubuntu\n>\n< 9\n>4\n< top\n1\n> Review\n>\nprod\n1.35\n< 4\n> req\n>\n< opt\n>\n>\n"
     "< 2\n> 8\n!\n> 2\nstay\nsave a.yaml\n< 1\nreset a.yaml\n> 7\n< 3\n> 8\nstart\n< 5\n\nstart\nprod\n", 0, false},
    {"jumps-poor", HOSTS_POOR, true, HA ">\n<\n= \naccept swap\n>\n> 8\n< 2\n>\n>\n>\n>\n<\naccept swap why\naccept hw.mem\n< 4\n", 0, false},
    {"sudo-user", HOSTS_GOOD, true,
     TO_TOPOLOGY "many\na-[1-3] 10.1.4.[36-38] worker root\n\n< 5\n?\nsudo-user b-1\nsudo-user a-[1\nsudo\nRoot!\nroot\n\n9\n\nmaybe\nyes\nhunter22\n?\n<\nno\nmade\n\n\nsudo\nops\n\nyes\nhunter22\n"
     "make\n\n< 5\nsudo-user a-2\nkube\n1\n\nmake\nundo\nshow\n\nsudo-user\n>\n", 0, false},
    /* what is no answer at all */
    {"hostile", HOSTS_GOOD, false,
     "n\x1b[2Jew\n\xff\xfe\nne\0w\n\x7f\n\xc2\x9b" "31m\n\xe2\x80\xae\nnew\r\n\tclus\t\r\ntop \xf0\x9f\x98\x80\n\\!\n\\\\\n%s%n\nsingle\n", sizeof "n\x1b[2Jew\n\xff\xfe\nne\0w\n\x7f\n\xc2\x9b" "31m\n\xe2\x80\xae\nnew\r\n\tclus\t\r\ntop \xf0\x9f\x98\x80\n\\!\n\\\\\n%s%n\nsingle\n" - 1, false},
    {"big-line", HOSTS_GOOD, true, big, 0, false},
    {"big-line-in-file", HOSTS_GOOD, false, big, 0, false},
};
const size_t walk_count = sizeof walks / sizeof *walks;

void walks_prepare(void)
{
    static const char end[] = "\nnew\ncluster\n";
    for (size_t i = 0; i < BIG_BYTES; i++)
        big[i] = i < 4 ? "new\n"[i] : 'x';
    for (size_t i = 0; i < sizeof end; i++)
        big[BIG_BYTES + i] = end[i];
}
