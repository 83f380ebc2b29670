#include "cli/vault.h"

#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "headless/prompt.h"

#define ASK_LIMIT_MS 120000

struct vault {
    size_t count;
    struct entry {
        char *key;
        struct secret *secret;
    } *entries;
};

static void answered(void *context, const struct secret *answer)
{
    struct secret **to = context;
    *to = secret_copy(answer);
}

static struct secret *ask(const char *key)
{
    struct secret *secret = NULL;
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0)
        return NULL;
    char *text = mem_printf(_("secret %s:"), key);
    if (prompt_ask(&loop, text, false, ASK_LIMIT_MS, answered, &secret))
        uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    free(text);
    return secret;
}

static void add(struct vault *v, const char *key, struct secret *secret)
{
    v->entries[v->count].key = mem_strdup(key);
    v->entries[v->count++].secret = secret;
}

static struct vault *vault_new(const struct answers *answers)
{
    struct vault *v = mem_new(1, sizeof *v);
    v->entries = mem_new(answers->secret_count, sizeof *v->entries);
    return v;
}

struct vault *vault_open(const struct answers *answers, bool can_ask, struct err *err)
{
    struct vault *v = vault_new(answers);
    for (size_t i = 0; i < answers->secret_count; i++) {
        const struct secret_reference *reference = &answers->secrets[i];
        struct secret *secret = NULL;
        if (strcmp(reference->reference, "ask") == 0) {
            secret = can_ask && prompt_possible() ? ask(reference->key) : NULL;
            if (!secret) {
                err_set(err, ERR_CONFIRM, _("the secret %s is to be asked for, and there was no answer"), reference->key);
                err_place(err, answers->file, reference->line, reference->column);
            }
        } else {
            answers_secret(answers, reference->key, &secret, err);
        }
        if (!secret) {
            vault_close(&v);
            return NULL;
        }
        add(v, reference->key, secret);
    }
    return v;
}

struct vault *vault_open_known(const struct answers *answers, struct secret *(*known)(void *context, const char *key, struct err *err),
                               void *context, struct err *err)
{
    struct vault *v = vault_new(answers);
    for (size_t i = 0; i < answers->secret_count; i++) {
        const struct secret_reference *reference = &answers->secrets[i];
        bool is_asked = strcmp(reference->reference, "ask") == 0;
        struct err ignored = ERR_INIT;
        struct secret *secret = known(context, reference->key, is_asked ? &ignored : err);
        if (secret) {
            add(v, reference->key, secret);
        } else if (!is_asked) {
            vault_close(&v);
            return NULL;
        }
    }
    return v;
}

struct secret *vault_secret(void *context, const char *key, struct err *err)
{
    const struct vault *v = context;
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(v->entries[i].key, key) == 0)
            return secret_copy(v->entries[i].secret);
    err_set(err, ERR_CONFIRM, _("the answers name no secret %s"), key);
    return NULL;
}

void vault_close(struct vault **vault)
{
    struct vault *v = *vault;
    if (!v)
        return;
    for (size_t i = 0; i < v->count; i++) {
        free(v->entries[i].key);
        secret_free(&v->entries[i].secret);
    }
    free(v->entries);
    free(v);
    *vault = NULL;
}
