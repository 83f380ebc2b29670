#include "engine/frame.h"

#include <inttypes.h>
#include <string.h>

#include "base/i18n.h"
#include "engine/proto.h"

static const char *const mode_names[] = {"step", "check"};

const char *request_mode_name(enum request_mode mode)
{
    return mode_names[mode];
}

int request_mode_find(const char *name)
{
    for (int i = 0; i < 2; i++)
        if (strcmp(mode_names[i], name) == 0)
            return i;
    return -1;
}

bool proto_name_is_valid(const char *name)
{
    size_t len = strlen(name);
    return len >= 1 && len <= PROTO_NAME_MAX && name[0] != '.' &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") == len;
}

static bool check_name(const char *name, struct err *err)
{
    if (proto_name_is_valid(name))
        return true;
    char quoted[256];
    proto_quote(name, strlen(name), quoted, sizeof quoted);
    return err_set(err, ERR_INVALID, _("%s is not a name that the step protocol takes: letters, digits, _ . - and at most %d of them"), quoted,
                   PROTO_NAME_MAX);
}

static bool full(struct err *err)
{
    return err_set(err, ERR_INVALID, "%s", _("more to send to a host than fits"));
}

bool frame_from(struct buf *out, uint64_t control_offset, struct err *err)
{
    return buf_addf(out, "from %" PRIu64 "\n", control_offset) ? true : full(err);
}

bool frame_follow(struct buf *out, uint64_t id, uint64_t log_bytes, uint64_t rec_bytes, struct err *err)
{
    return buf_addf(out, "follow %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", id, log_bytes, rec_bytes) ? true : full(err);
}

bool frame_go(struct buf *out, struct err *err)
{
    return buf_adds(out, "go\n") ? true : full(err);
}

bool frame_put_head(struct buf *out, const char *name, size_t length, struct err *err)
{
    if (!check_name(name, err))
        return false;
    return buf_addf(out, "put %s %zu\n", name, length) ? true : full(err);
}

/* How many lines, if the host's shell can take it in by itself: short, whole lines, and no byte that some shell drops. 0: it can't. */
static size_t text_lines(const char *bytes, size_t length)
{
    size_t lines = 0;
    if (!length || length > FRAME_TEXT_MAX || bytes[length - 1] != '\n')
        return 0;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            lines++;
        else if (bytes[i] != '\t' && (bytes[i] < ' ' || bytes[i] > '~'))
            return 0;
    }
    return lines;
}

bool frame_put(struct buf *out, const char *name, const void *bytes, size_t length, struct err *err)
{
    if (length > out->max || out->len > out->max - length || out->max - length - out->len < PROTO_NAME_MAX + 32)
        return full(err); /* before the head, so that nothing is left half-written */
    size_t lines = text_lines(bytes, length);
    if (!lines)
        return frame_put_head(out, name, length, err) && buf_add(out, bytes, length);
    return check_name(name, err) && buf_addf(out, "text %s %zu\n", name, lines) && buf_add(out, bytes, length);
}

bool frame_run(struct buf *out, const struct frame_run *run, struct err *err)
{
    const char *names[3] = {run->script, run->check, run->vars};
    for (int i = 0; i < 3; i++) {
        if (names[i] && !check_name(names[i], err))
            return false;
        /* "-" means none on the host */
        if (names[i] && strcmp(names[i], "-") == 0)
            return err_set(err, ERR_INVALID, "%s", _("a file for a host may not be called \"-\""));
        names[i] = names[i] ? names[i] : "-";
    }
    if (!run->id || !run->timeout_s)
        return err_set(err, ERR_INVALID, "%s", _("a request needs an id and a time limit"));
    return buf_addf(out, "run %" PRIu64 " %s %s %s %s %" PRIu64 " %s\n", run->id, request_mode_name(run->mode), names[0], names[1], names[2],
                    run->timeout_s, run->becomes_root ? "root" : "self")
               ? true
               : full(err);
}

bool frame_audit(struct buf *out, struct err *err)
{
    return buf_adds(out, "audit\n") ? true : full(err);
}

bool frame_secret(struct buf *out, const char *key, struct err *err)
{
    if (!check_name(key, err))
        return false;
    return buf_addf(out, "secret %s\n", key) ? true : full(err);
}

bool frame_drop(struct buf *out, uint64_t id, struct err *err)
{
    return buf_addf(out, "drop %" PRIu64 "\n", id) ? true : full(err);
}

bool frame_quit(struct buf *out, bool is_clear, struct err *err)
{
    return buf_addf(out, "quit %s\n", is_clear ? "clear" : "keep") ? true : full(err);
}

bool frame_variable(struct buf *out, const char *name, const void *value, size_t length, struct err *err)
{
    size_t len = strlen(name);
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    if (!len || len > PROTO_NAME_MAX || strspn(name, letters) != len || (name[0] >= '0' && name[0] <= '9')) {
        char quoted[256];
        proto_quote(name, len, quoted, sizeof quoted);
        return err_set(err, ERR_INVALID, _("%s is not the name of a variable: letters, digits and _, not beginning with a digit"), quoted);
    }
    if (length > FRAME_VALUE_MAX)
        return err_set(err, ERR_INVALID, _("the value of %s has %zu bytes; a variable may have %d"), name, length, FRAME_VALUE_MAX);
    if (memchr(value, '\0', length))
        return err_set(err, ERR_INVALID, _("the value of %s has a NUL byte, which no environment can hold"), name);
    if (out->max - out->len < length + len + 32)
        return full(err);
    return buf_addf(out, "%s %zu\n", name, length) && buf_add(out, value, length) && buf_add(out, "\n", 1);
}
