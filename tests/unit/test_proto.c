/* What hosts send, read: proto.c, recstream.c; what kwiz sends, written: frame.c. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "engine/frame.h"
#include "engine/proto.h"
#include "engine/recstream.h"

/* All calls as one text, so that a stream can be compared however it was cut. Stream bytes are joined. */
struct seen {
    struct buf text;
    char kind; /* of the stream whose bytes came last */
    uint64_t id, next;
    struct proto *proto;
    bool stops;
};

static void plain(struct seen *seen)
{
    if (seen->kind)
        buf_adds(&seen->text, "\n");
    seen->kind = 0;
}

static void on_hello(void *context, const struct proto_hello *hello)
{
    struct seen *seen = context;
    plain(seen);
    buf_addf(&seen->text, "hello %llu %s %llu %d %llu %llu\n", (unsigned long long)hello->epoch, hello->boot.id,
             (unsigned long long)hello->boot.start, hello->is_found, (unsigned long long)hello->uid, (unsigned long long)hello->control_length);
}

static void on_refused(void *context, const char *run, const char *holder, uint64_t since_s)
{
    struct seen *seen = context;
    plain(seen);
    buf_addf(&seen->text, "refused %s|%s|%llu\n", run, holder, (unsigned long long)since_s);
}

static void on_record(void *context, const struct record *r)
{
    struct seen *seen = context;
    plain(seen);
    buf_addf(&seen->text, "%s %llu @%llu-%llu", record_kind_name(r->kind), (unsigned long long)r->id, (unsigned long long)r->offset,
             (unsigned long long)r->next);
    if (r->kind == RECORD_START)
        buf_addf(&seen->text, " %llu %llu %s", (unsigned long long)r->pid, (unsigned long long)r->pid_start, r->boot.id);
    if (r->kind == RECORD_END)
        buf_addf(&seen->text, " %d %s %llu %llu", r->status, record_how_name(r->how), (unsigned long long)r->log_bytes,
                 (unsigned long long)r->rec_bytes);
    if (r->kind == RECORD_INTERRUPTED)
        buf_addf(&seen->text, " %s", record_why_name(r->why));
    if (r->kind == RECORD_FULL)
        buf_addf(&seen->text, " %s", r->mount);
    buf_addf(&seen->text, " t%llu\n", (unsigned long long)r->time_s);
    if (seen->stops)
        proto_stop(seen->proto);
}

static void stream(struct seen *seen, char kind, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    assert_true(len > 0);
    if (seen->kind != kind || seen->id != id || seen->next != offset) {
        plain(seen);
        buf_addf(&seen->text, "%c %llu %llu:", kind, (unsigned long long)id, (unsigned long long)offset);
    }
    buf_add(&seen->text, bytes, len);
    seen->kind = kind;
    seen->id = id;
    seen->next = offset + len;
}

static void on_log(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    stream(context, 'l', id, offset, bytes, len);
}

static void on_rec(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    stream(context, 'r', id, offset, bytes, len);
}

static void on_secret(void *context, const char *key, const struct secret *secret)
{
    struct seen *seen = context;
    plain(seen);
    buf_addf(&seen->text, "secret %s %s\n", key, secret ? secret_bytes(secret) : "(gone)");
}

static void on_bad(void *context, const char *text)
{
    struct seen *seen = context;
    plain(seen);
    buf_addf(&seen->text, "bad %s\n", text);
}

static void on_noise(void *context, const char *text)
{
    struct seen *seen = context;
    plain(seen);
    buf_addf(&seen->text, "noise %s\n", text);
}

static void on_bye(void *context)
{
    struct seen *seen = context;
    plain(seen);
    buf_adds(&seen->text, "bye\n");
}

static const struct proto_handlers handlers = {on_hello, on_refused, on_record, on_log, on_rec, on_secret, on_bad, on_bye, on_noise};

#define HELLO "hello 1 7 0a1b-2c 88 new 0 120\n"

static const char conversation[] = HELLO "@0 accepted 1 1700000000\n"
                                         "@24 start 1 4711 99 0a1b-2c 88 1700000001\n"
                                         "log 1 0 5\nab\ncd"
                                         "rec 1 0 3\nx y"
                                         "log 1 5 2\n\n\n"
                                         "log 1 7 0\n"
                                         "@62 end 1 3 exit 7 3 1700000002\n"
                                         "@90 interrupted 2 boot 5\n@200 truncated 3 2147483648 6\n@240 leftover 3 2 7\n@260 full /var/lib 8\n"
                                         "secret join 4\nto\nk"
                                         "secret other -\n"
                                         "secret empty 0\n"
                                         "bad run 9: \033[31mwhat\n"
                                         "noise by setsid\n"
                                         "bye\n";

static const char expected[] = "hello 7 0a1b-2c 88 0 0 120\n"
                               "accepted 1 @0-22 t1700000000\n"
                               "start 1 @24-62 4711 99 0a1b-2c t1700000001\n"
                               "l 1 0:ab\ncd\nr 1 0:x y\nl 1 5:\n\n\n"
                               "end 1 @62-90 3 exit 7 3 t1700000002\n"
                               "interrupted 2 @90-111 boot t5\ntruncated 3 @200-225 t6\nleftover 3 @240-255 t7\nfull 0 @260-276 /var/lib t8\n"
                               "secret join to\nk\nsecret other (gone)\nsecret empty \n"
                               "bad run 9: what\nnoise by setsid\nbye\n";

static void test_conversation_however_it_is_cut(void **state)
{
    (void)state;
    size_t len = sizeof conversation - 1;
    for (size_t piece = 1; piece <= len; piece++) {
        struct seen seen = {.kind = 0};
        buf_init(&seen.text, 65536);
        struct proto *proto = proto_new();
        for (size_t at = 0; at < len; at += piece) {
            struct err err = ERR_INIT;
            bool ok = proto_feed(proto, conversation + at, at + piece < len ? piece : len - at, &handlers, &seen, &err);
            if (!ok)
                fail_msg("%s", err.text);
        }
        assert_string_equal(buf_text(&seen.text), expected);
        assert_true(proto_is_idle(proto));
        proto_free(&proto);
        buf_done(&seen.text);
    }
}

static void test_malformed_frames_are_one_error(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "nonsense",
        "hello 1 7 0a1b-2c 88 new 0 120", /* twice */
        "log 1 0",
        "log 0 0 5",
        "log 01 0 5",
        "log 1  0 5",
        "log 1 0 5 ",
        " log 1 0 5",
        "log 1 -1 5",
        "log 1 +1 5",
        "log 1 0 0x5",
        "log 1 0 99999999999999999999999",
        "log 18446744073709551617 0 1",
        "rec 1 0 5 6",
        "accepted 1 2", /* without its place */
        "@ accepted 1 2",
        "@x accepted 1 2",
        "@5",
        "@5 ",
        "@5 accepted 1",
        "@5 accepted 1 2 3",
        "@5 accepted -1 2",
        "@5 started 1 2",
        "@5 start 1 2 3 boot/id 4 5",
        "@5 start 1 2 3 0123456789012345678901234567890123456789 4 5",
        "@5 end 1 256 exit 0 0 1",
        "@5 end 1 0 finished 0 0 1",
        "@5 end 1 -1 exit 0 0 1",
        "@5 end 1 0 exit 0 0",
        "@5 interrupted 1 bored 3",
        "@5  accepted 1 2",
        "secret ../x 4",
        "secret .x 4",
        "secret key 65537",
        "secret key",
        "refused a b 1", /* after hello */
        "bye bye",
        "bye\r",
        "log\t1 0 5",
        "by\377e",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct seen seen = {.kind = 0};
        struct err err = ERR_INIT;
        buf_init(&seen.text, 65536);
        struct proto *proto = proto_new();
        assert_true(proto_feed(proto, HELLO, sizeof HELLO - 1, &handlers, &seen, &err));
        buf_clear(&seen.text);
        proto_feed(proto, lines[i], strlen(lines[i]), &handlers, &seen, &err);
        if (proto_feed(proto, "\n", 1, &handlers, &seen, &err))
            fail_msg("taken: %s", lines[i]);
        assert_int_equal(err.code, ERR_PROTOCOL);
        assert_string_equal(buf_text(&seen.text), "");
        /* and it stays so */
        struct err again = ERR_INIT;
        assert_false(proto_feed(proto, "bye\n", 4, &handlers, &seen, &again));
        assert_string_equal(again.text, err.text);
        assert_string_equal(buf_text(&seen.text), "");
        assert_false(proto_is_idle(proto));
        proto_free(&proto);
        buf_done(&seen.text);
    }
}

static void test_first_words(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool ok;
    } cases[] = {
        {"hello 1 7 0a1b-2c 88 found 1000 0\n", true}, {"hello 2 7 0a1b-2c 88 found 1000 0\n", false},
        {"hello 1 7 0a1b-2c 88 old 1000 0\n", false},  {"hello 1 7 - 88 new 1000 0\n", true},
        {"refused run-1 me@here 5\n", true},           {"refused run-1 The Operator 5\n", true},
        {"refused run-1 5\n", false},                  {"refused run-1 me x\n", false},
        {"log 1 0 5\n", false},                        {"@0 accepted 1 2\n", false},
        {"bad no room\n", true},                       {"bye\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seen seen = {.kind = 0};
        struct err err = ERR_INIT;
        buf_init(&seen.text, 65536);
        struct proto *proto = proto_new();
        if (proto_feed(proto, cases[i].line, strlen(cases[i].line), &handlers, &seen, &err) != cases[i].ok)
            fail_msg("%s", cases[i].line);
        proto_free(&proto);
        buf_done(&seen.text);
    }
}

static void test_error_quotes_what_came(void **state)
{
    (void)state;
    struct seen seen = {.kind = 0};
    struct err err = ERR_INIT;
    buf_init(&seen.text, 65536);
    struct proto *proto = proto_new();
    static const char bytes[] = HELLO "rm -rf \001\033[31m\377 /\n";
    assert_false(proto_feed(proto, bytes, sizeof bytes - 1, &handlers, &seen, &err));
    assert_non_null(strstr(err.text, "\"rm -rf <01><ff> /\""));
    proto_free(&proto);
    /* a line without end: read up to the cap, then refused; only its beginning is shown */
    proto = proto_new();
    char *big = malloc(100000);
    memset(big, 'A', 100000);
    assert_false(proto_feed(proto, big, 100000, &handlers, &seen, &err));
    assert_true(strlen(err.text) < 400);
    assert_non_null(strstr(err.text, "AAA\"..."));
    free(big);
    proto_free(&proto);
    buf_done(&seen.text);
}

static void test_longest_line(void **state)
{
    (void)state;
    struct seen seen = {.kind = 0};
    buf_init(&seen.text, 65536);
    char line[PROTO_LINE_MAX + 2];
    memset(line, 'x', sizeof line);
    memcpy(line, "bad ", 4);
    for (size_t extra = 0; extra < 2; extra++) {
        struct proto *proto = proto_new();
        struct err err = ERR_INIT;
        proto_feed(proto, line, PROTO_LINE_MAX + extra, &handlers, &seen, &err);
        assert_int_equal(proto_feed(proto, "\n", 1, &handlers, &seen, &err), extra == 0);
        proto_free(&proto);
    }
    buf_done(&seen.text);
}

static void test_stop_from_a_handler(void **state)
{
    (void)state;
    struct proto *proto = proto_new();
    struct seen seen = {.proto = proto, .stops = true};
    struct err err = ERR_INIT;
    buf_init(&seen.text, 65536);
    static const char bytes[] = HELLO "@0 accepted 1 1\n@20 accepted 2 1\n";
    assert_false(proto_feed(proto, bytes, sizeof bytes - 1, &handlers, &seen, &err));
    assert_int_equal(err.code, ERR_NONE);
    assert_non_null(strstr(buf_text(&seen.text), "accepted 1"));
    assert_null(strstr(buf_text(&seen.text), "accepted 2"));
    proto_free(&proto);
    buf_done(&seen.text);
}

static void test_large_log_is_not_kept(void **state)
{
    (void)state;
    struct proto *proto = proto_new();
    struct err err = ERR_INIT;
    struct proto_handlers none = {.hello = NULL};
    assert_true(proto_feed(proto, HELLO "log 1 0 1099511627776\n", sizeof HELLO - 1 + 22, &none, NULL, &err));
    static char piece[1 << 20];
    for (int i = 0; i < 512; i++)
        assert_true(proto_feed(proto, piece, sizeof piece, &none, NULL, &err));
    assert_false(proto_is_idle(proto));
    proto_free(&proto);
}

/* --- the record stream --- */

static void on_item(void *context, const struct rec_item *item)
{
    struct buf *out = context;
    buf_addf(out, "%s", rec_kind_name(item->kind));
    if (item->kind == REC_PROGRESS)
        buf_addf(out, " %d", item->percent);
    if (item->key[0])
        buf_addf(out, " %s", item->key);
    if (item->text[0])
        buf_addf(out, " (%s)", item->text);
    if (item->kind == REC_RESULT)
        buf_addf(out, "=%s", item->value);
    buf_adds(out, "\n");
}

static void test_records_however_they_are_cut(void **state)
{
    (void)state;
    static const char bytes[] = "progress 40 Pulling images\nprogress 5\nresult address 9\n10.1.4.36\nresult two 3\na\nb\nresult none 0\n\n"
                                "secret join-token\nwarn low on \033[1mdisk\nfail it broke\nhint mend it\nunchanged\nreboot\n"
                                /* dropped, each once: */
                                "progress x\nprogress 101 y\nresult bad/key 1\nx\nresult noend 2\nabcd\n" /* value without newline, then "d" */
                                "secret .hidden\nunchanged now\n\nwhat is this\nresult utf 2\n\xff\xfe\nwarn\n"
                                "warn last\n";
    static const char want[] = "progress 40 (Pulling images)\nprogress 5\nresult address=10.1.4.36\nresult two=a\nb\nresult none=\n"
                               "secret join-token\nwarn (low on disk)\nfail (it broke)\nhint (mend it)\nunchanged\nreboot\nwarn (last)\n";
    for (size_t piece = 1; piece < sizeof bytes; piece++) {
        struct recstream *stream = recstream_new();
        struct buf out;
        buf_init(&out, 65536);
        size_t len = sizeof bytes - 1;
        for (size_t at = 0; at < len; at += piece)
            recstream_feed(stream, bytes + at, at + piece < len ? piece : len - at, on_item, &out);
        assert_string_equal(buf_text(&out), want);
        assert_int_equal(recstream_dropped(stream), 11);
        assert_int_equal(recstream_offset(stream), len);
        recstream_free(&stream);
        buf_done(&out);
    }
}

static void test_record_caps(void **state)
{
    (void)state;
    struct recstream *stream = recstream_new();
    struct buf out;
    buf_init(&out, 1 << 20);
    char *big = malloc(RECSTREAM_MAX_BYTES * 2);
    memset(big, 'v', RECSTREAM_MAX_BYTES * 2);
    /* largest value, one larger, a line too long */
    static const size_t lengths[] = {RECSTREAM_VALUE_MAX, RECSTREAM_VALUE_MAX + 1};
    for (size_t i = 0; i < 2; i++) {
        char head[64];
        int n = snprintf(head, sizeof head, "result k%zu %zu\n", i, lengths[i]);
        recstream_feed(stream, head, (size_t)n, on_item, &out);
        recstream_feed(stream, big, lengths[i], on_item, &out);
        recstream_feed(stream, "\n", 1, on_item, &out);
    }
    assert_int_equal(recstream_dropped(stream), 1);
    assert_int_equal(out.len, strlen("result k0=\n") + RECSTREAM_VALUE_MAX);
    buf_clear(&out);
    recstream_feed(stream, "warn ", 5, on_item, &out);
    recstream_feed(stream, big, RECSTREAM_LINE_MAX, on_item, &out);
    recstream_feed(stream, "\nunchanged\n", 11, on_item, &out);
    assert_string_equal(buf_text(&out), "unchanged\n");
    assert_int_equal(recstream_dropped(stream), 2);
    /* and beyond the cap nothing, however much comes */
    buf_clear(&out);
    recstream_feed(stream, big, RECSTREAM_MAX_BYTES * 2, on_item, &out);
    recstream_feed(stream, "\nunchanged\n", 11, on_item, &out);
    assert_string_equal(buf_text(&out), "");
    assert_int_equal(recstream_dropped(stream), 3);
    assert_true(recstream_offset(stream) > RECSTREAM_MAX_BYTES * 2);
    free(big);
    recstream_free(&stream);
    buf_done(&out);
}

/* --- frames --- */

static void test_frames(void **state)
{
    (void)state;
    struct buf out;
    struct err err = ERR_INIT;
    buf_init(&out, 1 << 20);
    struct frame_run run = {.id = 7, .mode = MODE_STEP, .script = "7.script", .vars = "7.vars", .timeout_s = 600, .becomes_root = true};
    assert_true(frame_from(&out, 120, &err) && frame_follow(&out, 3, 10, 20, &err) && frame_go(&out, &err));
    assert_true(frame_put(&out, "7.script", "echo\n", 5, &err) && frame_run(&out, &run, &err));
    assert_true(frame_audit(&out, &err) && frame_secret(&out, "join", &err) && frame_drop(&out, 7, &err) && frame_quit(&out, true, &err));
    assert_true(frame_quit(&out, false, &err));
    assert_string_equal(buf_text(&out), "from 120\nfollow 3 10 20\ngo\ntext 7.script 1\necho\nrun 7 step 7.script - 7.vars 600 root\n"
                                        "audit\nsecret join\ndrop 7\nquit clear\nquit keep\n");
    buf_clear(&out);
    assert_true(frame_variable(&out, "KWIZ_HOST", "a\nb", 3, &err) && frame_variable(&out, "_x1", "", 0, &err));
    assert_string_equal(buf_text(&out), "KWIZ_HOST 3\na\nb\n_x1 0\n\n");
    buf_done(&out);
}

/* What a host's shell can't read by itself goes by length. */
static void test_put_as_text_or_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len, lines;
    } cases[] = {{"a\n", 2, 1}, {"a\n\tb ~\n\n", 8, 3}, {"a", 1, 0}, {"", 0, 0}, {"a\0b\n", 4, 0}, {"\r\n", 2, 0}, {"\xd0\xb6\n", 3, 0}, {"\x7f\n", 2, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        buf_init(&out, 1000);
        struct err err = ERR_INIT;
        assert_true(frame_put(&out, "s", cases[i].bytes, cases[i].len, &err));
        char head[32];
        snprintf(head, sizeof head, cases[i].lines ? "text s %zu\n" : "put s %zu\n", cases[i].lines ? cases[i].lines : cases[i].len);
        assert_int_equal(out.len, strlen(head) + cases[i].len);
        assert_memory_equal(out.data, head, strlen(head));
        assert_memory_equal(out.data + strlen(head), cases[i].bytes, cases[i].len);
        buf_done(&out);
    }
    char long_text[FRAME_TEXT_MAX + 1];
    memset(long_text, 'x', sizeof long_text);
    for (size_t len = FRAME_TEXT_MAX; len <= FRAME_TEXT_MAX + 1; len++) {
        struct buf out;
        buf_init(&out, 2 * FRAME_TEXT_MAX);
        struct err err = ERR_INIT;
        long_text[len - 1] = '\n';
        assert_true(frame_put(&out, "s", long_text, len, &err));
        assert_memory_equal(out.data, len > FRAME_TEXT_MAX ? "put " : "text", 4);
        long_text[len - 1] = 'x';
        buf_done(&out);
    }
}

static void test_frames_refuse_what_is_no_name(void **state)
{
    (void)state;
    static const char *const names[] = {"", ".x", "a b", "a/b", "a\nrun", "\xc3\xa4", "-", "x;y",
                                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    struct buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct err err = ERR_INIT;
        struct frame_run run = {.id = 7, .mode = MODE_STEP, .script = names[i], .timeout_s = 1};
        bool is_dash = strcmp(names[i], "-") == 0;
        assert_int_equal(frame_put(&out, names[i], "x", 1, &err), is_dash);
        assert_int_equal(frame_secret(&out, names[i], &err), is_dash);
        buf_clear(&out);
        assert_false(frame_run(&out, &run, &err));
        assert_false(frame_variable(&out, names[i], "x", 1, &err));
        assert_int_equal(out.len, 0);
        assert_int_equal(err.code, ERR_INVALID);
    }
    struct err err = ERR_INIT;
    struct frame_run run = {.id = 0, .script = "s", .timeout_s = 1};
    assert_false(frame_run(&out, &run, &err));
    run = (struct frame_run){.id = 1, .script = "s"};
    assert_false(frame_run(&out, &run, &err));
    assert_false(frame_variable(&out, "1x", "", 0, &err));
    assert_false(frame_variable(&out, "X", "a\0b", 3, &err));
    char *big = calloc(1, FRAME_VALUE_MAX + 2);
    memset(big, 'x', FRAME_VALUE_MAX + 1);
    assert_true(frame_variable(&out, "X", big, FRAME_VALUE_MAX, &err));
    assert_false(frame_variable(&out, "X", big, FRAME_VALUE_MAX + 1, &err));
    /* a cap that is met leaves no half frame */
    struct buf small;
    buf_init(&small, 1000);
    assert_false(frame_put(&small, "x", big, 990, &err));
    assert_false(frame_put(&small, "x", big, (size_t)-1, &err));
    assert_false(frame_variable(&small, "X", big, 990, &err));
    assert_int_equal(small.len, 0);
    free(big);
    buf_done(&small);
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversation_however_it_is_cut),
        cmocka_unit_test(test_malformed_frames_are_one_error),
        cmocka_unit_test(test_first_words),
        cmocka_unit_test(test_error_quotes_what_came),
        cmocka_unit_test(test_longest_line),
        cmocka_unit_test(test_stop_from_a_handler),
        cmocka_unit_test(test_large_log_is_not_kept),
        cmocka_unit_test(test_records_however_they_are_cut),
        cmocka_unit_test(test_record_caps),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_put_as_text_or_bytes),
        cmocka_unit_test(test_frames_refuse_what_is_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
