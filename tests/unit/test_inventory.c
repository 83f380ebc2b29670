#include "tests/unit/spell_fixture.h"

#include "spell/inventory.h"

static struct spell *spell;
static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    spell = fixture_begin(&fixture, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_end(&fixture, &spell);
    return 0;
}

/* Hosts as lines of words, then the errors; the format is guessed, and must be the one wanted. */
static void reads(enum inventory_format format, const char *text, const char *want)
{
    struct fleet fleet = {0};
    struct err_list errors = {0};
    struct buf got;
    buf_init(&got, 1 << 20);
    assert_string_equal(inventory_format_name(inventory_guess(text, strlen(text))),
                        inventory_format_name(format));
    inventory_read(format, "i", text, strlen(text), spell, spell_topology(spell, "any"), &fleet, &errors);
    for (size_t i = 0; i < fleet.count; i++) {
        const struct host *host = &fleet.items[i];
        char *roles = strv_join(&host->roles, ",");
        char *identities = strv_join(&host->identities, " + ");
        buf_addf(&got, "%s %s %s %s %u %s", host->name, host->address, roles, host->user ? host->user : "-",
                 host->port, *identities ? identities : "-");
        buf_addf(&got, "%s%s%s%s\n", host->jump ? " over " : "", host->jump ? host->jump : "", host->become ? " by " : "",
                 host->become ? host->become : "");
        free(identities);
        free(roles);
    }
    char *lines = fixture_errors(NULL, &errors);
    buf_adds(&got, lines);
    assert_string_equal(buf_text(&got), want);
    free(lines);
    buf_done(&got);
    fleet_done(&fleet);
    err_list_done(&errors);
}

static void test_ini(void **state)
{
    (void)state;
    reads(INVENTORY_INI,
          "[masters]\nm1.example.com ansible_ssh_private_key_file=\"~/a "
          "b\"\n[workers]\n10.0.0.[8:9]:2222\n[fd00::5]\n",
          "m1 m1.example.com master - 0 ~/a b\n"
          "host-10-0-0-8 10.0.0.8 worker - 2222 -\n"
          "host-10-0-0-9 10.0.0.9 worker - 2222 -\n"
          "host-fd00--5 fd00::5 worker - 0 -\n");
    reads(INVENTORY_INI,
          "n1 ansible_user=\"x\nn2 what\n[workers\nlost\n[workers:hosts]\nlost\n[workers] "
          "x\nlost\n[workers:vars]\nodd\n",
          "i:1:1: the host \"n1\" was left out: none of its groups has a role\n"
          "i:1:4: the quote does not end\n"
          "i:2:1: the host \"n2\" was left out: none of its groups has a role\n"
          "i:2:4: expected VARIABLE=VALUE behind the name of a host\n"
          "i:3:1: the bracket does not end\n"
          "i:5:9: expected [GROUP], [GROUP:children] or [GROUP:vars]; what stands below it was left out\n"
          "i:7:11: expected the end of the line behind the bracket; what stands below it was left out\n"
          "i:10:1: expected VARIABLE=VALUE\n");
}

/* The nearer group counts, and the host above all. */
static void test_variables_are_inherited(void **state)
{
    (void)state;
    reads(INVENTORY_INI,
          "[all:vars]\nansible_user=everybody\nansible_port=1\n[rack1]\nn1\nn2 "
          "ansible_user=own\n[workers:children]\nrack1\n"
          "[workers:vars]\nansible_user=worker\n[rack1:vars]\nansible_port=3\n[kube-master]\nm\n",
          "n1 n1 worker worker 3 -\n"
          "n2 n2 worker own 3 -\n"
          "m m master everybody 1 -\n");
    reads(INVENTORY_INI, "[masters]\nn1 ansible_port=99999 ansible_host=-x\n",
          "i:2:4: port: expected an integer from 1 to 65535, found the number 99999\n"
          "i:2:23: address: expected an address, a host name, or a name that your ssh knows; found the text "
          "\"-x\"\n");
}

static void test_yaml(void **state)
{
    (void)state;
    reads(INVENTORY_YAML,
          "all:\n  hosts:\n    m1: {ansible_host: 10.0.0.1, ip: 10.0.0.1}\n    w1: {ansible_host: 10.0.0.2, "
          "ip: 10.0.0.2}\n"
          "  vars: {ansible_user: ops}\n  children:\n    kube_control_plane: {hosts: {m1: }}\n    kube_node: "
          "{hosts: {m1: , w1: }}\n"
          "    etcd: {hosts: {m1: }}\n    k8s_cluster: {children: {kube_control_plane: , kube_node: }}\n    "
          "calico_rr: {hosts: {}}\n",
          "m1 10.0.0.1 master,worker ops 0 -\n"
          "w1 10.0.0.2 worker ops 0 -\n"
          "i:3:34: the variable \"ip\" was left out: kwiz does not know it\n"
          "i:9:5: the group \"etcd\" was left out: the topology \"any\" has no role for it (it has: master, "
          "worker)\n");
    reads(INVENTORY_YAML, "workers:\n  host: {a: }\n  hosts: [b]\n",
          "i:2:3: unknown key \"host\" in a group; did you mean \"hosts\"?\n"
          "i:3:10: hosts: expected a mapping, as in {a: b}, found a sequence\n");
    reads(INVENTORY_YAML, "---\nworkers: {hosts: {a: }, children: {x: {children: {workers: }}}}\n",
          "a a worker - 0 -\n"
          "i:2:51: the group \"workers\" can't be a child of \"x\": that would be a circle\n");
}

/* What kwiz export writes, and how people write the same. */
static void test_ways(void **state)
{
    (void)state;
    reads(INVENTORY_YAML,
          "all:\n  children:\n    kwiz_hosts:\n      hosts:\n"
          "        m1: {ansible_host: 10.0.0.1, ansible_user: ops, ansible_become: false,\n"
          "          ansible_ssh_private_key_file: \"a{{ '{{' }} b\",\n"
          "          ansible_ssh_common_args: \"-o 'ProxyJump=me@gate:22,[fd00::1]' -o 'IdentityFile=it'\\\"'\\\"'s'\"}\n"
          "        w1: {ansible_connection: local}\n"
          "    role_master: {hosts: {m1: }}\n    role_worker: {hosts: {m1: , w1: }}\n",
          "m1 10.0.0.1 master,worker ops 0 a{{ b + it's over me@gate:22,[fd00::1] by none\n"
          "w1 local worker - 0 -\n");
    reads(INVENTORY_INI,
          "[workers]\nn1 ansible_ssh_common_args=\"-J gate -oIdentityFile=k -i j\" ansible_become=yes\n"
          "n2 ansible_ssh_common_args='-o ProxyCommand=\"ssh -W %h:%p gate\" -o \"proxyjump a\" -o ProxyJump=b'\n"
          "n3 ansible_ssh_common_args='-o \"x' ansible_become=perhaps ansible_connection=docker\n"
          "n4 ansible_ssh_common_args=-o ansible_connection=ssh\nn5 ansible_ssh_common_args='-J -x'\n",
          "n1 n1 worker - 0 k + j over gate by sudo\n"
          "n2 n2 worker - 0 - over a\n"
          "n3 n3 worker - 0 -\n"
          "n4 n4 worker - 0 -\n"
          "i:3:4: of ssh's arguments only ProxyJump and IdentityFile count; the others were left out\n"
          "i:4:4: of ssh's arguments only ProxyJump and IdentityFile count; the others were left out\n"
          "i:4:36: ansible_become was left out: expected true or false\n"
          "i:4:59: ansible_connection was left out: kwiz knows ssh and local\n"
          "i:5:4: of ssh's arguments only ProxyJump and IdentityFile count; the others were left out\n"
          "i:6:4: jump: expected [user@]host[:port], several with commas between, or none; found the text \"-x\"\n");
}

static void test_tables(void **state)
{
    (void)state;
    reads(
        INVENTORY_CSV,
        "Port, \"name\",roles,address,rack\r\n22,m1,\"master, "
        "worker\",10.0.0.1,7\r\n,w1,wroker,10.0.0.2\r\n,w2,worker,,,,\n,w3,,x\n",
        "m1 10.0.0.1 master,worker - 22 -\n"
        "w3 x  - 0 -\n"
        "i:1:28: this column was left out: expected name, address, roles, user, jump or port\n"
        "i:3:5: roles: expected one of master, worker; found the text \"wroker\"; did you mean \"worker\"?\n"
        "i:4:14: the line has more fields than the header\n"
        "i:5:2: 1 host has no roles yet; write them into the answers\n");
    reads(INVENTORY_SSH, "Include other\nHost gate \"web.prod\" *.x !y\n  User ops\nhost=last # not this\n",
          "gate gate  - 0 -\nweb web.prod  - 0 -\nlast last  - 0 -\n"
          "i:1:1: Include is not followed; import that file as well\n"
          "i:2:6: 3 hosts have no roles yet; write them into the answers\n");
    reads(INVENTORY_LINES, "# mine\nm1 10.0.0.1 master\n", "m1 10.0.0.1 master - 0 -\n");
}

/* Whatever is in it, reading ends soon. */
static void test_hostile(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "h[1:1000]\n", "[g:children]\ng\n",  "a b=c d=e f=g\n",   "[\n",
        "x,y,name\n",  "Host a b c\n",       "a: {b: {c: {d: \n", "n[1-999] a[1-999] worker\n",
        "\"\n",        "[workers]\nh[a:z]\n"};
    char *text = mem_new(1, INVENTORY_BYTES_MAX + 1);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (int format = 0; format < INVENTORY_FORMATS; format++) {
            struct fleet fleet = {0};
            struct err_list errors = {0};
            size_t len = 0, n = strlen(lines[i]);
            for (; len + n <= INVENTORY_BYTES_MAX; len += n)
                memcpy(text + len, lines[i], n);
            inventory_guess(text, len);
            inventory_read((enum inventory_format)format, "i", text, len, spell, spell_topology(spell, "any"),
                           &fleet, &errors);
            assert_true(fleet.count <= 1000 && (errors.count > 0 || !fleet.count));
            fleet_done(&fleet);
            err_list_done(&errors);
        }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ini),     cmocka_unit_test(test_variables_are_inherited),
        cmocka_unit_test(test_yaml),    cmocka_unit_test(test_ways),      cmocka_unit_test(test_tables),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
