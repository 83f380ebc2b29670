#include "tests/unit/test.h"

#include <locale.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/field.h"

static void type(struct field *field, const char *text)
{
    for (; *text; text++)
        assert_true(field_key(field, (struct key){.code = UI_KEY_CHAR, .ch = (uint32_t)(unsigned char)*text}));
}

static void letter(struct field *field, uint32_t ch)
{
    assert_true(field_key(field, (struct key){.code = UI_KEY_CHAR, .ch = ch}));
}

static void control(struct field *field, char ch)
{
    assert_true(field_key(field, (struct key){.code = UI_KEY_CHAR, .ch = (uint32_t)ch, .is_ctrl = true}));
}

static void press(struct field *field, enum key_code code)
{
    assert_true(field_key(field, (struct key){.code = code}));
}

/* What is drawn into `width` columns, and where the cursor stands (-1: at rest, no cursor). */
static void is_drawn(const struct field *field, int width, const char *want, int cursor)
{
    struct canvas *c = canvas_new(1, 24);
    canvas_put(c, 0, 0, ROLE_TEXT, "........................");
    if (cursor < 0)
        field_draw_at_rest(field, c, 0, 2, width);
    else
        field_draw(field, c, 0, 2, width);
    char *got = canvas_text(c);
    assert_memory_equal(got, "..", 2);
    assert_memory_equal(got + 2, want, strlen(want));
    assert_int_equal(got[2 + strlen(want)], '.');
    if (cursor >= 0)
        assert_int_equal(c->cursor_col, 2 + cursor);
    free(got);
    canvas_free(&c);
}

static void text_is_edited(void **state)
{
    (void)state;
    struct field f = {0};
    assert_string_equal(field_text(&f), "");
    press(&f, UI_KEY_LEFT);
    press(&f, UI_KEY_RIGHT);
    press(&f, UI_KEY_DELETE);
    press(&f, UI_KEY_BACKSPACE);
    control(&f, 'k');
    type(&f, "one two");
    control(&f, 'w');
    assert_string_equal(field_text(&f), "one ");
    letter(&f, 0x44f); /* two bytes */
    press(&f, UI_KEY_LEFT);
    type(&f, "x");
    assert_string_equal(field_text(&f), "one x\u044f");
    press(&f, UI_KEY_DELETE);
    press(&f, UI_KEY_HOME);
    press(&f, UI_KEY_BACKSPACE);
    assert_string_equal(field_text(&f), "one x");
    control(&f, 'e');
    letter(&f, 0x1f600); /* four bytes */
    letter(&f, 0x20ac);  /* three */
    assert_string_equal(field_text(&f), "one x\U0001f600\u20ac");
    press(&f, UI_KEY_BACKSPACE);
    press(&f, UI_KEY_BACKSPACE);
    control(&f, 'a');
    press(&f, UI_KEY_RIGHT);
    control(&f, 'k');
    assert_string_equal(field_text(&f), "o");
    control(&f, 'u');
    assert_string_equal(field_text(&f), "");
    assert_false(field_key(&f, (struct key){.code = UI_KEY_ENTER}));
    assert_false(field_key(&f, (struct key){.code = UI_KEY_UP}));
    assert_false(field_key(&f, (struct key){.code = UI_KEY_CHAR, .ch = 'c', .is_ctrl = true}));
    letter(&f, 0x202e); /* turns what follows around */
    letter(&f, 0x07);
    assert_string_equal(field_text(&f), "");
    field_done(&f);
    field_done(&f);
}

static void marks_belong_to_their_character(void **state)
{
    (void)state;
    struct field f = {0};
    type(&f, "ae");
    letter(&f, 0x301);
    letter(&f, 0x323);
    type(&f, "b");
    press(&f, UI_KEY_LEFT);
    assert_int_equal(f.at, 6);
    press(&f, UI_KEY_LEFT);
    assert_int_equal(f.at, 1);
    press(&f, UI_KEY_RIGHT);
    assert_int_equal(f.at, 6);
    press(&f, UI_KEY_BACKSPACE);
    assert_string_equal(field_text(&f), "ab");
    field_set(&f, "e\u0301x");
    press(&f, UI_KEY_HOME);
    press(&f, UI_KEY_DELETE);
    assert_string_equal(field_text(&f), "x");
    field_done(&f);
}

static void wide_text_slides(void **state)
{
    (void)state;
    struct field f = {0};
    field_set(&f, "0123456789abcdef");
    is_drawn(&f, 10, "789abcdef ", 9);
    is_drawn(&f, 10, "012345678~", -1);
    press(&f, UI_KEY_HOME);
    is_drawn(&f, 10, "0123456789", 0);
    field_set(&f, "\u6f22\u5b57\u6f22\u5b57");
    is_drawn(&f, 10, "\u6f22\u5b57\u6f22\u5b57  ", 8);
    is_drawn(&f, 8, "\u5b57\u6f22\u5b57  ", 6); /* no half of a character */
    press(&f, UI_KEY_LEFT);
    is_drawn(&f, 8, "\u6f22\u5b57\u6f22\u5b57", 6);
    field_set(&f, "e\u0301e\u0301e\u0301");
    is_drawn(&f, 3, "e\u0301e\u0301 ", 2);
    field_done(&f);
}

static void paste_is_data(void **state)
{
    (void)state;
    struct field f = {0};
    type(&f, "[]");
    press(&f, UI_KEY_LEFT);
    assert_true(field_paste(&f, "a\033[31mb\x01\xff\nsecond line", 20));
    assert_string_equal(field_text(&f), "[ab<01><ff>]");
    field_set(&f, "");
    assert_true(field_paste(&f, "\r\nx", 3));
    assert_string_equal(field_text(&f), "");
    field_done(&f);
    struct field lines = {.has_lines = true};
    assert_true(field_paste(&lines, "-----BEGIN\r\nab\x02\rcd\n\n", 20));
    assert_string_equal(field_text(&lines), "-----BEGIN\nab<02>\ncd\n\n");
    is_drawn(&lines, 12, "-----BEGIN  ", -1);
    is_drawn(&lines, 12, "-----BEGIN  ", 0);
    field_done(&lines);
}

static void it_grows_up_to_its_cap(void **state)
{
    (void)state;
    struct field f = {0};
    for (int i = 0; i < FIELD_BYTES_MAX; i++)
        letter(&f, (uint32_t)('a' + i % 26));
    assert_int_equal(strlen(field_text(&f)), FIELD_BYTES_MAX);
    letter(&f, 'x');
    assert_int_equal(strlen(field_text(&f)), FIELD_BYTES_MAX);
    assert_false(field_paste(&f, "x", 1));
    assert_int_equal(f.len, FIELD_BYTES_MAX);
    is_drawn(&f, 4, "nop ", 3); /* 65536 = 26 * 2520 + 16 */
    field_done(&f);
}

static void what_passes_a_cap_is_cut_between_characters(void **state)
{
    (void)state;
    struct field f = {.max = 5};
    field_set(&f, "abcd\u20ac");
    assert_string_equal(field_text(&f), "abcd");
    field_set(&f, "");
    assert_false(field_paste(&f, "\u044f\u044f\u044f", 6));
    assert_string_equal(field_text(&f), "\u044f\u044f");
    letter(&f, 0x44f);
    assert_string_equal(field_text(&f), "\u044f\u044f");
    letter(&f, 'x');
    assert_string_equal(field_text(&f), "\u044f\u044fx");
    field_done(&f);
    size_t len = FIELD_BYTES_MAX * 2;
    char *much = mem_new(len + 1, 1);
    memset(much, 'y', len);
    assert_false(field_paste(&f, much, len));
    assert_int_equal(f.len, 5);
    struct field wide = {.has_lines = true};
    much[10] = '\n';
    assert_false(field_paste(&wide, much, len));
    assert_int_equal(wide.len, FIELD_BYTES_MAX);
    free(much);
    field_done(&f);
    field_done(&wide);
}

static bool holds(const struct field *f, const char *text)
{
    return f->bytes && memmem(f->bytes, f->room, text, strlen(text));
}

static void secrets_leave_nothing_behind(void **state)
{
    (void)state;
    struct field f = {.is_secret = true};
    type(&f, "correct horse battery");
    assert_true(holds(&f, "battery"));
    is_drawn(&f, 18, "******************", 17);
    control(&f, 'w');
    assert_false(holds(&f, "battery") || holds(&f, "attery"));
    is_drawn(&f, 18, "**************    ", 14);
    press(&f, UI_KEY_HOME);
    is_drawn(&f, 18, "**************    ", 0);
    press(&f, UI_KEY_DELETE);
    assert_false(holds(&f, "correct"));
    control(&f, 'k');
    for (size_t i = 0; i < f.room; i++)
        assert_int_equal(f.bytes[i], 0);
    assert_true(field_paste(&f, "p\xff\t\033[1mw\nx", 9)); /* another password would be of no use */
    assert_string_equal(field_text(&f), "p\xff\t\033[1mw");
    is_drawn(&f, 9, "******** ", -1);
    field_set(&f, "");
    assert_false(field_paste(&f, "a\0b", 3));
    field_done(&f);
    assert_null(f.bytes);
}

/* The linker sends calls here: what was wiped, as it was just before. */
static struct {
    char bytes[4096];
    size_t len;
} wiped;

void __real_explicit_bzero(void *bytes, size_t len);
void __wrap_explicit_bzero(void *bytes, size_t len);
void __wrap___explicit_bzero_chk(void *bytes, size_t len, size_t room);

void __wrap_explicit_bzero(void *bytes, size_t len)
{
    if (len <= sizeof wiped.bytes && len >= wiped.len && memmem(bytes, len, "0123456789", 10)) {
        memcpy(wiped.bytes, bytes, len);
        wiped.len = len;
    }
    __real_explicit_bzero(bytes, len);
}

/* What _FORTIFY_SOURCE makes of it. */
void __wrap___explicit_bzero_chk(void *bytes, size_t len, size_t room)
{
    assert_true(len <= room);
    __wrap_explicit_bzero(bytes, len);
}

static void memory_is_wiped_before_it_is_left(void **state)
{
    (void)state;
    struct field f = {.is_secret = true};
    type(&f, "0123456789012345678901234567890123456789012345678901234567hunter2");
    assert_true(f.room > 64);
    assert_memory_equal(wiped.bytes, "01234567890123456789012345678901234567890123456789012345", 56); /* where it lay when it was smaller */
    wiped.len = 0;
    field_done(&f);
    assert_true(wiped.len >= 65);
    assert_memory_equal(wiped.bytes + 58, "hunter2", 7);
    wiped.len = 0;
    struct field plain = {0};
    type(&plain, "0123456789");
    wiped.len = 0;
    field_done(&plain);
    assert_int_equal(wiped.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_edited),
        cmocka_unit_test(marks_belong_to_their_character),
        cmocka_unit_test(wide_text_slides),
        cmocka_unit_test(paste_is_data),
        cmocka_unit_test(it_grows_up_to_its_cap),
        cmocka_unit_test(what_passes_a_cap_is_cut_between_characters),
        cmocka_unit_test(secrets_leave_nothing_behind),
        cmocka_unit_test(memory_is_wiped_before_it_is_left),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8"))
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
