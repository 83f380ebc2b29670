#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strv.h"
#include "cli/shell.h"

static struct shell_command command;
static struct err err;

static char *words(void)
{
    struct strv list = {0};
    for (size_t i = 0; command.argv[i]; i++)
        strv_add(&list, command.argv[i]);
    char *text = strv_join(&list, "|");
    strv_done(&list);
    return text;
}

static void is_made(const struct host *host, const struct ssh_defaults *defaults, const char *want)
{
    assert_true(shell_command(host, defaults, &command, &err));
    char *text = words();
    assert_string_equal(text, want);
    free(text);
}

static void clear(void)
{
    shell_command_done(&command);
    unsetenv("KWIZ_SSH_CONFIG");
    unsetenv("KWIZ_KNOWN_HOSTS");
    setenv("HOME", "/home/op", 1);
}

static void hosts_are_reached_as_kwiz_reaches_them(void **state)
{
    (void)state;
    struct host host = {.address = "10.1.4.36"};
    clear();
    is_made(&host, NULL, "ssh|--|10.1.4.36");
    assert_null(command.config);
    assert_false(command.is_local);
    clear();
    struct ssh_defaults defaults = {.user = "ubuntu", .jump = "ops@bastion:2222", .port = 22};
    is_made(&host, &defaults, "ssh|-l|ubuntu|-p|22|-J|ops@bastion:2222|--|10.1.4.36");
    clear();
    host = (struct host){.address = "fe80::1", .user = "root", .jump = "none", .port = 2200};
    is_made(&host, &defaults, "ssh|-l|root|-p|2200|-J|none|--|fe80::1");
    clear();
    setenv("KWIZ_SSH_CONFIG", "/etc/own", 1);
    is_made(&(struct host){.address = "a"}, NULL, "ssh|-F|/etc/own|--|a");
    clear();
}

/* Nothing in an answers file becomes an option of ssh or a command of a shell. */
static void odd_names_stay_words(void **state)
{
    (void)state;
    struct host host = {.address = "-oProxyCommand=evil", .user = "-x; $(evil)"};
    clear();
    is_made(&host, NULL, "ssh|-l|-x; $(evil)|--|-oProxyCommand=evil");
    clear();
}

static void keys_go_into_a_configuration(void **state)
{
    (void)state;
    struct host host = {.address = "a"};
    struct ssh_defaults defaults = {0};
    clear();
    strv_add(&defaults.identities, "~/.ssh/my key");
    strv_add(&defaults.identities, "/k2");
    is_made(&host, &defaults, "ssh|-F||--|a");
    assert_int_equal(command.config_at, 2);
    assert_string_equal(command.config, "Host *\n    IdentityFile \"/home/op/.ssh/my key\"\n    IdentityFile \"/k2\"\n"
                                        "    Include \"/home/op/.ssh/config\"\n    Include \"/etc/ssh/ssh_config\"\n");
    clear();
    strv_add(&host.identities, "/own");
    setenv("KWIZ_KNOWN_HOSTS", "/kh", 1);
    setenv("KWIZ_SSH_CONFIG", "none", 1);
    is_made(&host, &defaults, "ssh|-F||--|a");
    assert_string_equal(command.config, "Host *\n    IdentityFile \"/own\"\n    UserKnownHostsFile \"/kh\"\n");
    clear();
    char name[] = "/tmp/kwiz-config-XXXXXX";
    int fd = mkstemp(name);
    assert_true(fd >= 0 && write(fd, "Host b\n    Port 3\n", 18) == 18 && close(fd) == 0);
    setenv("KWIZ_SSH_CONFIG", name, 1);
    is_made(&host, &defaults, "ssh|-F||--|a");
    assert_string_equal(command.config, "Host *\n    IdentityFile \"/own\"\nHost b\n    Port 3\n");
    clear();
    unlink(name);
    setenv("KWIZ_SSH_CONFIG", name, 1);
    assert_false(shell_command(&host, &defaults, &command, &err));
    clear();
    setenv("KWIZ_SSH_CONFIG", "/dev/null", 1);
    is_made(&host, &defaults, "ssh|-F||--|a");
    assert_string_equal(command.config, "Host *\n    IdentityFile \"/own\"\n");
    clear();
    strv_done(&host.identities);
    strv_add(&host.identities, "/k\"\n    ProxyCommand evil");
    assert_false(shell_command(&host, &defaults, &command, &err));
    assert_int_equal(err.code, ERR_INVALID);
    clear();
    strv_done(&host.identities);
    strv_done(&defaults.identities);
}

static void this_machine_has_its_own_shell(void **state)
{
    (void)state;
    struct host host = {.address = "local", .user = "root"};
    clear();
    setenv("SHELL", "/bin/zsh", 1);
    is_made(&host, NULL, "/bin/zsh");
    assert_true(command.is_local);
    clear();
    unsetenv("SHELL");
    is_made(&host, NULL, "/bin/sh");
    clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_reached_as_kwiz_reaches_them),
        cmocka_unit_test(odd_names_stay_words),
        cmocka_unit_test(keys_go_into_a_configuration),
        cmocka_unit_test(this_machine_has_its_own_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
