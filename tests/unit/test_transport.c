#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "transport/agentproxy.h"
#include "transport/jump.h"
#include "transport/known_hosts.h"
#include "transport/sshconfig.h"

/* ---- ssh -G ---- */

static void config_is_read(void **state)
{
    (void)state;
    static const char text[] =
        "host web\nuser deploy\nhostname 10.1.4.36\nport 2222\naddressfamily inet\nidentitiesonly yes\n"
        "identityfile ~/.ssh/%h-%r-%p\nidentityfile /k/100%%\nidentityfile none\n"
        "userknownhostsfile ~/a /b/c\nglobalknownhostsfile none\nhashknownhosts yes\nproxyjump none\n"
        "proxycommand none\npasswordauthentication no\npubkeyauthentication unbound\n"
        "somethingnew with values\npreferredauthentications publickey\n";
    struct sshconfig c;
    struct err err = ERR_INIT;
    setenv("HOME", "/home/me", 1);
    assert_true(sshconfig_parse(text, strlen(text), &c, &err));
    assert_string_equal(c.hostname, "10.1.4.36");
    assert_string_equal(c.user, "deploy");
    assert_int_equal(c.port, 2222);
    assert_int_equal(c.family, AF_INET);
    assert_true(c.identities_only);
    assert_true(c.hash_known_hosts);
    assert_true(c.pubkey);
    assert_false(c.password);
    assert_true(c.keyboard);
    assert_null(c.proxy_jump);
    assert_null(c.proxy_command);
    assert_int_equal(c.identity_files.count, 2);
    assert_string_equal(c.identity_files.items[0], "/home/me/.ssh/10.1.4.36-deploy-2222");
    assert_string_equal(c.identity_files.items[1], "/k/100%");
    assert_int_equal(c.user_known_hosts.count, 2);
    assert_string_equal(c.user_known_hosts.items[0], "/home/me/a");
    assert_int_equal(c.global_known_hosts.count, 0);
    assert_string_equal(c.preferred, "publickey");
    sshconfig_done(&c);
}

static void config_agent_is_expanded(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"SSH_AUTH_SOCK", NULL},  {"none", "none"},     {"~/a.sock", "/home/me/a.sock"},
        {"$SOME_SOCK", "/run/x"}, {"$NOT_SET", "none"},
    };
    setenv("HOME", "/home/me", 1);
    setenv("SOME_SOCK", "/run/x", 1);
    unsetenv("NOT_SET");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sshconfig c;
        char *text = mem_printf("user u\nhostname h\nport 22\nidentityagent %s\n", cases[i][0]);
        assert_true(sshconfig_parse(text, strlen(text), &c, NULL));
        if (cases[i][1])
            assert_string_equal(c.identity_agent, cases[i][1]);
        else
            assert_null(c.identity_agent);
        sshconfig_done(&c);
        free(text);
    }
}

static void config_is_strict(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"user u\nhostname h\n", "no port"},
        {"user u\nport 22\n", "no hostname"},
        {"hostname h\nport 22\n", "no user"},
        {"user u\nhostname h\nport 70000\n", "port that makes no sense: '70000' (line 3"},
        {"user u\nhostname h\nport -1\n", "'-1'"},
        {"user u\nhostname h\nport\n", "port"},
        {"user u\nhostname \nport 22\n", "hostname"},
        {"user u\nhostname h\nport 22\nidentitiesonly \033[31m\n", "identitiesonly"},
        {"", "no hostname"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct sshconfig c;
        struct err err = ERR_INIT;
        assert_false(sshconfig_parse(bad[i][0], strlen(bad[i][0]), &c, &err));
        assert_non_null(strstr(err.text, bad[i][1]));
        assert_null(strchr(err.text, '\033'));
        sshconfig_done(&c);
    }
    struct sshconfig c;
    assert_false(sshconfig_parse("user u\0\nhostname h\nport 22\n", 27, &c, NULL));
    sshconfig_done(&c);
}

/* ---- jump hosts ---- */

static void jump_hops_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *hop, *user, *host;
        unsigned port;
    } good[] = {
        {"h", NULL, "h", 0},
        {"u@h", "u", "h", 0},
        {"u@h:2222", "u", "h", 2222},
        {"u@d@h:1", "u@d", "h", 1},
        {"[fd00::1]:22", NULL, "fd00::1", 22},
        {"u@[::1]", "u", "::1", 0},
        {"fd00::1", NULL, "fd00::1", 0},
    };
    static const char *const bad[] = {"",        "@h",   "u@",   "h:",     "h:0",
                                      "h:65536", "h:x",  "[::1", "[::1]x", "-oProxyCommand=x",
                                      "-l@h",    "u@-h", "h:22x"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char *user, *host;
        unsigned port;
        assert_true(jump_parse(good[i].hop, strlen(good[i].hop), &user, &host, &port));
        assert_string_equal(host, good[i].host);
        assert_int_equal(port, good[i].port);
        assert_true(user ? good[i].user && strcmp(user, good[i].user) == 0 : !good[i].user);
        free(user);
        free(host);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *user, *host;
        unsigned port;
        assert_false(jump_parse(bad[i], strlen(bad[i]), &user, &host, &port));
        assert_null(host);
    }
}

/* ---- known_hosts ---- */

static void names_match(void **state)
{
    (void)state;
    static const struct {
        const char *field, *name;
        bool is_match;
    } cases[] = {
        {"web", "web", true},
        {"WEB", "web", true},
        {"web,10.1.4.36", "10.1.4.36", true},
        {"web", "web2", false},
        {"*.example", "a.b.example", true},
        {"*.example,!b.example", "b.example", false},
        {"!b.example,*.example", "b.example", false},
        {"!b.example", "a.example", false},
        {"10.1.4.?", "10.1.4.3", true},
        {"10.1.4.?", "10.1.4.36", false},
        {"[web]:2222", "[web]:2222", true},
        {"web", "[web]:2222", false},
        {"", "web", false},
        {",,,", "web", false},
        {"*****************************b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
        /* of another name */
        {"|1|w4cOkDQWMQZJ7zLjVzMrJ2oAmUU=|AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "10.1.4.36", false},
        {"|1|", "web", false},
        {"|1|x|y", "web", false},
        {"|1||", "web", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(known_hosts_field_matches(cases[i].field, cases[i].name), cases[i].is_match);
    char *name = known_hosts_name("Web.Example", 2222);
    assert_string_equal(name, "[web.example]:2222");
    free(name);
    name = known_hosts_name("fd00::A", 22);
    assert_string_equal(name, "fd00::a");
    free(name);
}

static const char key_a[] = "AAAAC3NzaC1lZDI1NTE5AAAAIFIb/ku24deEV0AMDOVEedpbsjb70stf+aQbtQiT1o/s";
static const char key_b[] = "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB";

struct files {
    char dir[64], *path[2];
    struct strv list;
};

static void files_init(struct files *files)
{
    *files = (struct files){.dir = "/tmp/kwiz-unit-XXXXXX"};
    assert_non_null(mkdtemp(files->dir));
    for (int i = 0; i < 2; i++) {
        files->path[i] = mem_printf("%s/sub/%d", files->dir, i);
        strv_add(&files->list, files->path[i]);
    }
}

static void files_done(struct files *files)
{
    char *sub = mem_printf("%s/sub", files->dir);
    for (int i = 0; i < 2; i++) {
        unlink(files->path[i]);
        free(files->path[i]);
    }
    rmdir(sub);
    rmdir(files->dir);
    free(sub);
    strv_done(&files->list);
}

static ssh_key import(const char *base64)
{
    ssh_key key = NULL;
    assert_int_equal(ssh_pki_import_pubkey_base64(base64, SSH_KEYTYPE_ED25519, &key), SSH_OK);
    return key;
}

static void known_hosts_are_kept_and_found(void **state)
{
    (void)state;
    struct files files;
    struct err err = ERR_INIT;
    struct known_place place = {0};
    struct stat st;
    files_init(&files);
    ssh_key a = import(key_a), b = import(key_b);
    assert_int_equal(known_hosts_check(&files.list, "web", NULL, a, NULL), KNOWN_NOT);
    assert_true(known_hosts_append(files.path[1], "web", false, a, &err));
    assert_true(known_hosts_append(files.path[1], "[web]:2222", true, b, &err));
    assert_int_equal(stat(files.path[1], &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(known_hosts_check(&files.list, "web", NULL, a, &place), KNOWN_OK);
    assert_int_equal(known_hosts_check(&files.list, "[web]:2222", "web", b, &place), KNOWN_OK);
    assert_int_equal(place.line, 2);
    assert_string_equal(place.file, files.path[1]);
    assert_int_equal(known_hosts_check(&files.list, "web", NULL, b, &place), KNOWN_CHANGED);
    assert_int_equal(place.line, 1);
    assert_int_equal(strncmp(place.fingerprint, "SHA256:", 7), 0);
    /* by the name without its port only a match counts */
    assert_int_equal(known_hosts_check(&files.list, "[web]:99", "web", a, NULL), KNOWN_OK);
    assert_int_equal(known_hosts_check(&files.list, "[web]:99", "web", b, NULL), KNOWN_NOT);
    struct strv types = {0};
    known_hosts_types(&files.list, "[web]:2222", NULL, &types);
    assert_int_equal(types.count, 1);
    assert_string_equal(types.items[0], "ssh-ed25519");
    strv_done(&types);
    ssh_key_free(a);
    ssh_key_free(b);
    files_done(&files);
}

static void known_hosts_odd_lines(void **state)
{
    (void)state;
    struct files files;
    struct buf text;
    files_init(&files);
    ssh_key a = import(key_a), b = import(key_b);
    char *sub = mem_printf("%s/sub", files.dir);
    mkdir(sub, 0700);
    free(sub);
    buf_init(&text, 100000);
    buf_addf(&text,
             "# web ssh-ed25519 %s\n\n   \nweb\nweb ssh-ed25519\nweb ssh-nonsense %s\nweb ssh-ed25519 !!!!\n",
             key_a, key_a);
    assert_true(file_write(files.path[0], text.data, text.len, 0600, NULL));
    assert_int_equal(known_hosts_check(&files.list, "web", NULL, a, NULL), KNOWN_NOT);
    /* another file says it is known; a line without an end, leading blanks, tabs, a carriage return */
    buf_clear(&text);
    buf_addf(&text, "  web\tssh-ed25519  %s\r", key_a);
    assert_true(file_write(files.path[1], text.data, text.len, 0600, NULL));
    assert_int_equal(known_hosts_check(&files.list, "web", NULL, a, NULL), KNOWN_OK);
    /* revoked, even after a line that knows it */
    assert_true(known_hosts_append(files.path[1], "other", false, b, NULL));
    buf_clear(&text);
    buf_addf(&text, "web ssh-ed25519 %s\n@cert-authority * ssh-ed25519 %s\n@revoked * ssh-ed25519 %s\n",
             key_a, key_b, key_a);
    assert_true(file_write(files.path[0], text.data, text.len, 0600, NULL));
    struct known_place place;
    assert_int_equal(known_hosts_check(&files.list, "web", NULL, a, &place), KNOWN_REVOKED);
    assert_int_equal(place.line, 3);
    /* a certificate authority's key is no host key */
    assert_int_equal(known_hosts_check(&files.list, "fresh", NULL, b, NULL), KNOWN_NOT);
    /* the line that was added after one without an end stands by itself */
    assert_int_equal(known_hosts_check(&files.list, "other", NULL, b, &place), KNOWN_OK);
    assert_int_equal(place.line, 2);
    buf_done(&text);
    ssh_key_free(a);
    ssh_key_free(b);
    files_done(&files);
}

static void known_hosts_that_cannot_be_written(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    ssh_key a = import(key_a);
    assert_false(known_hosts_append("/proc/nothing/here", "web", false, a, &err));
    assert_int_equal(err.code, ERR_LOCAL);
    assert_false(known_hosts_append("/dev/full", "web", false, a, &err));
    ssh_key_free(a);
}

/* ---- ssh-agent ---- */

static void agent_lists_are_read(void **state)
{
    (void)state;
    static const char good[] = "\x0c\0\0\0\2\0\0\0\3abc\0\0\0\2me\0\0\0\1x\0\0\0\4\033[1m";
    struct buf reply;
    struct agent_keys keys;
    buf_init(&reply, 1000);
    buf_add(&reply, good, sizeof good - 1);
    assert_true(agent_keys_parse(&reply, &keys));
    assert_int_equal(keys.count, 2);
    assert_string_equal(keys.items[0].base64, "YWJj");
    assert_string_equal(keys.items[0].comment, "me");
    assert_null(strchr(keys.items[1].comment, '\033'));
    agent_keys_done(&keys);
    for (size_t len = 0; len < sizeof good - 1; len++) { /* cut off anywhere */
        buf_clear(&reply);
        buf_add(&reply, good, len);
        assert_false(agent_keys_parse(&reply, &keys));
        agent_keys_done(&keys);
    }
    buf_clear(&reply);
    buf_add(&reply, "\x0c\xff\xff\xff\xff", 5);
    assert_false(agent_keys_parse(&reply, &keys));
    agent_keys_done(&keys);
    buf_done(&reply);
}

static void faults_have_names(void **state)
{
    (void)state;
    for (int f = FAULT_NONE; f <= FAULT_LOCAL; f++)
        assert_true(strlen(transport_fault_name((enum transport_fault)f)) > 2);
    assert_string_equal(transport_fault_name(FAULT_HOST_KEY_CHANGED), "host-key-changed");
    assert_true(transport_fault_is_passing(FAULT_LOST));
    assert_true(transport_fault_is_passing(FAULT_DIAL_REFUSED));
    assert_false(transport_fault_is_passing(FAULT_AUTH));
    assert_false(transport_fault_is_passing(FAULT_HOST_KEY_CHANGED));
    assert_false(transport_fault_is_passing(FAULT_CONFIG));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_is_read),        cmocka_unit_test(config_agent_is_expanded),
        cmocka_unit_test(config_is_strict),      cmocka_unit_test(jump_hops_are_read),
        cmocka_unit_test(names_match),           cmocka_unit_test(known_hosts_are_kept_and_found),
        cmocka_unit_test(known_hosts_odd_lines), cmocka_unit_test(known_hosts_that_cannot_be_written),
        cmocka_unit_test(agent_lists_are_read),  cmocka_unit_test(faults_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
