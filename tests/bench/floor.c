/* The floor to measure kwiz against: libssh alone, a thread and a connection per host, one exec per step, output to nowhere.
 * usage: floor ADDRESS USER KEY HOSTS STEPS COMMAND */
#include <libssh/libssh.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int steps;
static const char *address, *user, *command;
static ssh_key key;

static int run_step(ssh_session session)
{
    char bytes[4096];
    ssh_channel channel = ssh_channel_new(session);
    int status = -1;
    if (channel && ssh_channel_open_session(channel) == SSH_OK && ssh_channel_request_exec(channel, command) == SSH_OK) {
        while (ssh_channel_read(channel, bytes, sizeof bytes, 0) > 0)
            ;
        ssh_channel_send_eof(channel);
        status = ssh_channel_get_exit_status(channel);
    }
    if (channel) {
        ssh_channel_close(channel);
        ssh_channel_free(channel);
    }
    return status;
}

static void *host(void *unused)
{
    long failed = 1;
    int off = 0;
    (void)unused;
    ssh_session session = ssh_new();
    ssh_options_set(session, SSH_OPTIONS_HOST, address);
    ssh_options_set(session, SSH_OPTIONS_USER, user);
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &off);
    if (ssh_connect(session) == SSH_OK && ssh_userauth_publickey(session, NULL, key) == SSH_AUTH_SUCCESS) {
        failed = 0;
        for (int i = 0; i < steps; i++)
            failed += run_step(session) != 0;
    }
    ssh_disconnect(session);
    ssh_free(session);
    return (void *)failed;
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: floor ADDRESS USER KEY HOSTS STEPS COMMAND\n");
        return 2;
    }
    address = argv[1];
    user = argv[2];
    int hosts = atoi(argv[4]);
    steps = atoi(argv[5]);
    command = argv[6];
    if (ssh_pki_import_privkey_file(argv[3], NULL, NULL, NULL, &key) != SSH_OK || hosts < 1 || hosts > 1000) {
        fprintf(stderr, "floor: cannot read the key %s\n", argv[3]);
        return 2;
    }
    struct timespec begin, end;
    pthread_t threads[1000];
    long failed = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int i = 0; i < hosts; i++)
        pthread_create(&threads[i], NULL, host, NULL);
    for (int i = 0; i < hosts; i++) {
        void *result;
        pthread_join(threads[i], &result);
        failed += (long)result;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.3f s, %ld failed\n", (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9, failed);
    return failed != 0;
}
