#include "transport/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "transport/ops.h"

#define ATTEMPTS_MAX 3 /* as ssh(1) */

struct key_file *key_get(struct transport_pool *pool, const char *path)
{
    struct key_file *file;
    TAILQ_FOREACH(file, &pool->keys, link)
    if (strcmp(file->path, path) == 0)
        return file;
    file = mem_new(1, sizeof *file);
    file->pool = pool;
    file->path = mem_strdup(path);
    TAILQ_INIT(&file->waits);
    TAILQ_INSERT_TAIL(&pool->keys, file, link);
    return file;
}

static void wait_for(struct key_file *file, struct key_wait *wait)
{
    if (wait->file)
        return;
    wait->file = file;
    TAILQ_INSERT_TAIL(&file->waits, wait, link);
}

static void wake_all(struct key_file *file)
{
    struct key_wait *wait;
    file->asked = NULL;
    while ((wait = TAILQ_FIRST(&file->waits))) {
        TAILQ_REMOVE(&file->waits, wait, link);
        wait->file = NULL;
        wait->changed(wait->context);
    }
}

static void set_problem(struct key_file *file, char *problem)
{
    free(file->problem);
    file->problem = problem;
}

/* libssh asks for the passphrase only of encrypted files: that is how they are told apart. */
static int passphrase_wanted(const char *prompt, char *out, size_t len, int echo, int verify, void *context)
{
    (void)prompt, (void)out, (void)len, (void)echo, (void)verify;
    *(bool *)context = true;
    return -1;
}

/* On a worker; the loop leaves the file alone while it is KEY_BUSY. */
static void read_on_worker(uv_work_t *work)
{
    struct key_file *file = work->data;
    bool is_wanted = false;
    const char *passphrase = file->passphrase ? secret_bytes(file->passphrase) : NULL;
    file->is_missing = false;
    if (access(file->path, R_OK) < 0) {
        file->is_missing = errno == ENOENT;
        set_problem(file, mem_printf("%s: %s", file->path, strerror(errno)));
        return;
    }
    int rc = ssh_pki_import_privkey_file(file->path, passphrase, passphrase ? NULL : passphrase_wanted,
                                         &is_wanted, &file->private_key);
    if (rc == SSH_OK) {
        if (!file->public_key)
            ssh_pki_export_privkey_to_pubkey(file->private_key, &file->public_key);
        return;
    }
    file->private_key = NULL;
    file->is_locked_for_work = is_wanted || passphrase;
    if (!file->is_locked_for_work) {
        set_problem(file, mem_printf(_("%s: not a private key that can be read"), file->path));
        return;
    }
    if (file->public_key)
        return;
    char *public_path = mem_printf("%s.pub", file->path);
    if (ssh_pki_import_pubkey_file(public_path, &file->public_key) != SSH_OK &&
        ssh_pki_import_pubkey_file(file->path, &file->public_key) != SSH_OK)
        file->public_key = NULL;
    free(public_path);
}

static void read_done(uv_work_t *work, int status)
{
    struct key_file *file = work->data;
    struct transport_pool *pool = file->pool;
    bool had_passphrase = file->passphrase;
    secret_free(&file->passphrase);
    if (status < 0) {
        file->state = KEY_BAD;
        set_problem(file, mem_printf("%s: %s", file->path, uv_strerror(status)));
    } else if (file->private_key) {
        file->state = KEY_READY;
    } else if (!file->is_locked_for_work) {
        file->state = KEY_BAD;
    } else if (had_passphrase && file->attempts >= ATTEMPTS_MAX) {
        file->state = KEY_BAD;
        set_problem(file, mem_printf(_("%s: wrong passphrase, %u times"), file->path, file->attempts));
    } else {
        file->state = KEY_LOCKED;
    }
    wake_all(file);
    pool_release(pool);
}

static void start_work(struct key_file *file)
{
    file->state = KEY_BUSY;
    file->work.data = file;
    pool_hold(file->pool);
    uv_queue_work(file->pool->loop, &file->work, read_on_worker, read_done);
}

enum key_state key_read(struct key_file *file, struct key_wait *wait)
{
    /* a file that was missing may be there by now; other outcomes stay */
    if (file->state == KEY_UNREAD)
        start_work(file);
    if (file->state == KEY_BUSY)
        wait_for(file, wait);
    return file->state;
}

static void refuse(struct key_file *file, unsigned serial, const char *why)
{
    if (serial > file->refused_serial)
        file->refused_serial = serial;
    set_problem(file, mem_printf("%s: %s", file->path, why));
}

static void answered(void *context, bool is_refused, const struct secret *secret)
{
    struct key_file *file = context;
    file->asked = NULL;
    if (is_refused || !secret) {
        refuse(file, file->pool->serial, _("the passphrase was not given"));
        wake_all(file);
        return;
    }
    file->passphrase = secret_copy(secret);
    file->attempts++;
    start_work(file);
}

enum key_state key_unlock(struct key_file *file, struct key_wait *wait)
{
    if (file->state == KEY_UNREAD)
        return key_read(file, wait);
    if (file->state == KEY_LOCKED) {
        if (wait->serial <= file->refused_serial)
            return KEY_LOCKED;
        wait_for(file, wait);
        if (!file->asked) {
            struct transport_ask ask = {
                .kind = ASK_PASSPHRASE,
                .host = wait->transport->host.name,
                .text = file->path,
                .attempt = file->attempts + 1,
            };
            file->asked = wait;
            if (!transport_ask(wait->transport, &ask, answered, file)) {
                file->asked = NULL;
                key_wait_cancel(wait);
                refuse(file, wait->serial, _("it has a passphrase and there is nobody to ask for it"));
                return KEY_LOCKED;
            }
        }
        return KEY_BUSY;
    }
    if (file->state == KEY_BUSY)
        wait_for(file, wait);
    return file->state;
}

void key_wait_cancel(struct key_wait *wait)
{
    struct key_file *file = wait->file;
    if (!file)
        return;
    TAILQ_REMOVE(&file->waits, wait, link);
    wait->file = NULL;
    if (file->asked != wait)
        return;
    file->asked = NULL;
    transport_unask(wait->transport);
    struct key_wait *next = TAILQ_FIRST(&file->waits); /* will ask through itself when it looks again */
    if (next)
        next->changed(next->context);
}

void key_wait_late(struct key_wait *wait)
{
    struct key_file *file = wait->file;
    if (!file || file->asked != wait)
        return;
    transport_unask(wait->transport);
    answered(file, true, NULL);
}

void keys_free_all(struct transport_pool *pool)
{
    struct key_file *file;
    while ((file = TAILQ_FIRST(&pool->keys))) {
        TAILQ_REMOVE(&pool->keys, file, link);
        ssh_key_free(file->private_key);
        ssh_key_free(file->public_key);
        secret_free(&file->passphrase);
        free(file->path);
        free(file->problem);
        free(file);
    }
}
