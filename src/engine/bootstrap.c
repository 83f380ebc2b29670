#include "engine/bootstrap.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "engine/host_scripts.h"
#include "engine/missing.h"

char *bootstrap_command(enum loader_way way, const char *nonce, const char *program)
{
    /* The loader has neither quote, backslash nor exclamation mark of the outer shell's; its last byte is a newline. */
    int len = program ? (int)strlen(program) : (int)host_script_loader.len;
    if (!program)
        program = host_script_loader.text;
    while (len && program[len - 1] == '\n')
        len--;
    switch (way) {
    case LOADER_PLAIN:
        return mem_printf("exec sh -c '%.*s'", len, program);
    case LOADER_SUDO:
        return mem_printf("exec sh -c 'test \"$(id -u)\" = 0 && exec sh -c \"$0\" self; exec sudo -n sh -c \"$0\"' '%.*s'", len, program);
    case LOADER_SUDO_ASKS:
        return mem_printf("exec env LC_ALL=C sudo -k -S -p %s sh -c '%.*s'", nonce, len, program);
    }
    return NULL;
}

/* A parameter of the bootstrap: what is not plain text becomes '-', so that it can't be anything but text to a shell. */
static void add_parameter(struct buf *out, const char *name, const char *value)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@:+,/=-";
    buf_addf(out, "%s='", name);
    for (const char *p = value; *p; p++)
        buf_add(out, strchr(plain, *p) ? p : "-", 1);
    buf_adds(out, "'\n");
}

static void add_common(struct buf *text, const struct bootstrap *b)
{
    buf_init(text, BOOTSTRAP_MAX_BYTES);
    add_parameter(text, "RUN", b->run);
    add_parameter(text, "HOST", b->host);
    add_parameter(text, "OPERATOR", b->operator_name);
}

static void write_program(struct channel *channel, struct buf *text, const struct host_script *program)
{
    char head[32];
    snprintf(head, sizeof head, "%zu\n", text->len + program->len);
    channel_write(channel, head, strlen(head));
    channel_write(channel, text->data, text->len);
    channel_write_shared(channel, program->text, program->len);
    buf_done(text);
}

void bootstrap_attach(const struct bootstrap *b, struct channel *channel)
{
    struct buf text;
    add_common(&text, b);
    missing_add_check(&text);
    if (b->take_over)
        add_parameter(&text, "TAKE_OVER", "1");
    if (b->seen_boot)
        buf_addf(&text, "SEEN_BOOT='%s'\n", b->seen_boot);
    write_program(channel, &text, &host_script_attach);
}

void bootstrap_abort(const struct bootstrap *b, uint64_t id, struct channel *channel)
{
    struct buf text;
    add_common(&text, b);
    buf_addf(&text, "ABORT='%llu'\n", (unsigned long long)id);
    write_program(channel, &text, &host_script_abort);
}
