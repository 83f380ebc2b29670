#include "tests/unit/test.h"

#include <locale.h>
#include <stdlib.h>

#include "ui/keymap.h"
#include "ui/keys.h"

static const struct key_sequence terminal[] = {{"\033[[A", UI_KEY_UP}};

static struct key next(struct keys *keys, bool is_late)
{
    struct key key;
    if (!keys_next(keys, is_late, &key))
        key = (struct key){.code = UI_KEY_NONE};
    return key;
}

static void sequences_become_keys(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum key_code code;
    } cases[] = {
        {"\033[A", UI_KEY_UP},          {"\033OB", UI_KEY_DOWN},
        {"\033[1;5C", UI_KEY_RIGHT},    {"\033[5~", UI_KEY_PAGE_UP},
        {"\033[5;2~", UI_KEY_PAGE_UP},  {"\033[15~", UI_KEY_OTHER},
        {"\033[Z", UI_KEY_BACKTAB},     {"\r", UI_KEY_ENTER},
        {"\n", UI_KEY_ENTER},           {"\t", UI_KEY_TAB},
        {"\177", UI_KEY_BACKSPACE},     {"\033q", UI_KEY_OTHER},
        {"\033[[A", UI_KEY_UP},         {"\033[H", UI_KEY_HOME},
        {"\033[?62;c", UI_KEY_OTHER},   {"\033]11;rgb:0000/0000/0000\033\\", UI_KEY_OTHER},
        {"\033]0;x\007", UI_KEY_OTHER}, {"\xff", UI_KEY_OTHER},
        {"\302\233", UI_KEY_OTHER},     {"\033[[B", UI_KEY_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct keys keys;
        keys_init(&keys, terminal, 1);
        for (const char *s = cases[i].bytes; *s; s++) { /* byte by byte, as a slow line brings them */
            assert_false(keys_next(&keys, false, &(struct key){0}));
            keys_feed(&keys, s, 1);
        }
        assert_int_equal(next(&keys, false).code, cases[i].code);
        assert_int_equal(next(&keys, false).code, UI_KEY_NONE);
        assert_false(keys_are_waiting(&keys));
        keys_done(&keys);
    }
}

static void letters_are_letters(void **state)
{
    (void)state;
    struct keys keys;
    keys_init(&keys, NULL, 0);
    keys_feed(&keys, "q\003\xd1\x8f\xe5\xad\x97", 7);
    struct key key = next(&keys, false);
    assert_true(key.code == UI_KEY_CHAR && key.ch == 'q' && !key.is_ctrl);
    key = next(&keys, false);
    assert_true(key.code == UI_KEY_CHAR && key.ch == 'c' && key.is_ctrl);
    assert_int_equal(next(&keys, false).ch, 0x44f);
    assert_int_equal(next(&keys, false).ch, 0x5b57);
    keys_feed(&keys, "\xd1", 1);
    assert_int_equal(next(&keys, false).code, UI_KEY_NONE);
    assert_int_equal(next(&keys, true).code, UI_KEY_OTHER);
    keys_done(&keys);
}

static void esc_waits(void **state)
{
    (void)state;
    struct keys keys;
    keys_init(&keys, NULL, 0);
    keys_feed(&keys, "\033", 1);
    assert_int_equal(next(&keys, false).code, UI_KEY_NONE);
    assert_true(keys_are_waiting(&keys));
    assert_int_equal(next(&keys, true).code, UI_KEY_ESC);
    keys_feed(&keys, "\033\033[A", 4);
    assert_int_equal(next(&keys, false).code, UI_KEY_ESC);
    assert_int_equal(next(&keys, false).code, UI_KEY_UP);
    keys_feed(&keys, "\033[1;", 4); /* cut off: never an Esc, never a letter */
    assert_int_equal(next(&keys, false).code, UI_KEY_NONE);
    assert_int_equal(next(&keys, true).code, UI_KEY_OTHER);
    assert_int_equal(next(&keys, true).code, UI_KEY_NONE);
    keys_done(&keys);
}

static void pastes_are_one_key(void **state)
{
    (void)state;
    struct keys keys;
    size_t len;
    bool was_cut;
    keys_init(&keys, NULL, 0);
    const char *bytes = "\033[200~q\r\003\033[A\033[201~x";
    for (const char *s = bytes; *s; s++)
        keys_feed(&keys, s, 1);
    assert_int_equal(next(&keys, false).code, UI_KEY_PASTE);
    assert_string_equal(keys_pasted(&keys, &len, &was_cut), "q\r\003\033[A");
    assert_int_equal(len, 6);
    assert_false(was_cut);
    assert_int_equal(next(&keys, false).ch, 'x');
    keys_feed(&keys, "\033[200~", 6);
    assert_int_equal(next(&keys, true).code, UI_KEY_NONE);
    char *much = malloc(30000);
    assert_non_null(much);
    memset(much, 'a', 30000);
    for (int i = 0; i < 100; i++) { /* 3 MB */
        keys_feed(&keys, much, 30000);
        assert_int_equal(next(&keys, true).code, UI_KEY_NONE);
    }
    free(much);
    keys_feed(&keys, "\033[201~", 6);
    assert_int_equal(next(&keys, false).code, UI_KEY_PASTE);
    keys_pasted(&keys, &len, &was_cut);
    assert_true(was_cut);
    assert_int_equal(len, KEYS_PASTE_MAX_BYTES);
    keys_done(&keys);
}

static void feed(struct keys *keys, const char *bytes)
{
    keys_feed(keys, bytes, strlen(bytes));
}

static void is_mouse(struct keys *keys, enum key_mouse mouse, int row, int col)
{
    struct key key = next(keys, false);
    assert_int_equal(key.code, UI_KEY_MOUSE);
    assert_int_equal(key.mouse, mouse);
    assert_int_equal(key.row, row);
    assert_int_equal(key.col, col);
}

static void the_mouse_is_decoded(void **state)
{
    (void)state;
    struct keys keys;
    keys_init(&keys, NULL, 0);
    feed(&keys, "\033[<0;5;7M\033[<0;5;7m");
    assert_int_equal(next(&keys, false).code, UI_KEY_OTHER); /* it is off */
    assert_int_equal(next(&keys, false).code, UI_KEY_OTHER);
    keys.has_mouse = true;
    feed(&keys, "\033[<0;5;7M");
    assert_int_equal(next(&keys, false).code, UI_KEY_OTHER);
    feed(&keys, "\033[<0;5;7m\033[<64;200;1M\033[<65;1;60M\033[<66;1;1M");
    is_mouse(&keys, KEY_MOUSE_CLICK, 6, 4);
    is_mouse(&keys, KEY_MOUSE_WHEEL_UP, 0, 199);
    is_mouse(&keys, KEY_MOUSE_WHEEL_DOWN, 59, 0);
    assert_int_equal(next(&keys, false).code, UI_KEY_OTHER);
    feed(&keys, "\033[<0;5;7M\033[<0;6;7m\033[<2;5;7M\033[<2;5;7m\033[<1;2M\033[<0;99999999999999;1M");
    for (int i = 0; i < 6; i++) /* dragged, the other button, broken, nonsense */
        assert_int_equal(next(&keys, false).code, UI_KEY_OTHER);
    feed(&keys, "\033[M %'\033[M#%'\033[M`!!"); /* of terminals without the newer form */
    assert_int_equal(next(&keys, false).code, UI_KEY_OTHER);
    is_mouse(&keys, KEY_MOUSE_CLICK, 6, 4);
    is_mouse(&keys, KEY_MOUSE_WHEEL_UP, 0, 0);
    feed(&keys, "\033[<0;5;"); /* however late the rest comes, it is no text */
    assert_int_equal(next(&keys, true).code, UI_KEY_NONE);
    assert_false(keys_are_waiting(&keys));
    feed(&keys, "7Mq");
    assert_int_equal(next(&keys, false).code, UI_KEY_OTHER);
    assert_int_equal(next(&keys, false).ch, 'q');
    keys_done(&keys);
}

static void answers_are_never_text(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum key_code code;
        uint32_t rgb;
    } cases[] = {
        {"\033]11;rgb:1e1e/2e2e/3e3e\033\\", UI_KEY_BACKGROUND, 0x1e2e3e},
        {"\033]11;rgb:ffff/FFFF/ffff\007", UI_KEY_BACKGROUND, 0xffffff},
        {"\033]11;rgba:0000/8080/ffff/ffff\007", UI_KEY_BACKGROUND, 0x0080ff},
        {"\033]11;rgb:f/0/8\007", UI_KEY_BACKGROUND, 0xff0088},
        {"\033]11;rgb:f/0\007", UI_KEY_OTHER, 0},
        {"\033]11;red\007", UI_KEY_OTHER, 0},
        {"\033]10;rgb:0/0/0\007", UI_KEY_OTHER, 0},
        {"\033[?65;1;9c", UI_KEY_ANSWERED, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t cut = 1; cut <= strlen(cases[i].bytes); cut++) {
            struct keys keys;
            keys_init(&keys, NULL, 0);
            keys.awaits_answer = true;
            keys_feed(&keys, cases[i].bytes, cut);
            struct key first = next(&keys, false);
            if (first.code == UI_KEY_NONE)
                first = next(&keys, true); /* the rest comes late */
            if (cut == 1)
                assert_int_equal(first.code, UI_KEY_ESC); /* which can't be told from the key */
            feed(&keys, cases[i].bytes + cut);
            struct key key = cut > 1 && first.code != UI_KEY_NONE ? first : next(&keys, false);
            if (cut > 1 || cases[i].code == UI_KEY_BACKGROUND) {
                if (cases[i].code != UI_KEY_OTHER)
                    assert_int_equal(key.code, cases[i].code);
                if (key.code == UI_KEY_BACKGROUND)
                    assert_int_equal(key.ch, cases[i].rgb);
                assert_int_equal(keys.awaits_answer, key.code != UI_KEY_BACKGROUND);
            }
            keys_done(&keys);
        }
    struct keys keys;
    keys_init(&keys, NULL, 0);
    feed(&keys, "\033]11;rgb:ffff/ffff/ffff\007"); /* nobody has asked */
    assert_int_equal(next(&keys, false).code, UI_KEY_OTHER);
    keys.awaits_answer = true;
    feed(&keys, "\033"); /* a key meanwhile is a key */
    assert_int_equal(next(&keys, true).code, UI_KEY_ESC);
    feed(&keys, "j\033[A\033x");
    assert_int_equal(next(&keys, false).ch, 'j');
    assert_int_equal(next(&keys, false).code, UI_KEY_UP);
    assert_int_equal(next(&keys, false).code, UI_KEY_OTHER);
    keys_done(&keys);
}

/* Whatever comes is eaten: no bytes can make the decoder stand still. */
static void noise_is_eaten(void **state)
{
    (void)state;
    unsigned seed = 1;
    struct keys keys;
    keys_init(&keys, terminal, 1);
    for (int i = 0; i < 200000; i++) {
        keys.has_mouse = i / 1000 % 2;
        keys.awaits_answer = i / 3000 % 2;
        seed = seed * 1103515245 + 12345;
        char c = (seed >> 16) % 4 ? "\033[O]~;1A200P\\\a<Mm?"[(seed >> 18) % 18] : (char)(seed >> 20);
        keys_feed(&keys, &c, 1);
        struct key key;
        while (keys_next(&keys, i % 7 == 0, &key))
            assert_int_not_equal(key.code, UI_KEY_NONE);
        if (i % 7 == 0 && !keys.is_pasting)
            assert_false(keys_are_waiting(&keys));
    }
    keys_done(&keys);
}

static void a_key_means_one_thing(void **state)
{
    (void)state;
    for (uint32_t ch = ' '; ch < 127; ch++)
        for (int ctrl = 0; ctrl < 2; ctrl++) {
            enum action first = ACT_NONE;
            if (ch == ' ') /* a page in texts, as in every pager; a mark in lists */
                continue;
            for (unsigned place = 1; place & PLACE_ALL; place <<= 1) {
                enum action a = keymap_action((enum keymap_place)place, 
                                               (struct key){.code = UI_KEY_CHAR, .ch = ch, .is_ctrl = ctrl});
                if (a != ACT_NONE && first != ACT_NONE)
                    assert_int_equal(a, first);
                first = a != ACT_NONE ? a : first;
            }
        }
    assert_int_equal(keymap_action(PLACE_SMALL, (struct key){.code = UI_KEY_CHAR, .ch = 'P'}), ACT_NONE);
    assert_int_equal(keymap_action(PLACE_SMALL, (struct key){.code = UI_KEY_CHAR, .ch = 'q'}), ACT_QUIT);
}

static void help_is_never_dropped(void **state)
{
    (void)state;
    for (unsigned place = 1; place & PLACE_ALL; place <<= 1)
        for (int cols = 30; cols < 130; cols += 7) {
            struct canvas *c = canvas_new(1, cols);
            keymap_line(c, 0, (enum keymap_place)place, NULL, NULL);
            char *text = canvas_text(c);
            if (place == PLACE_SMALL)
                assert_non_null(strstr(text, "q leave"));
            else if (place != PLACE_HELP)
                assert_non_null(strstr(text, place & PLACE_TYPING ? "^G help\n" : "? help\n"));
            free(text);
            canvas_free(&c);
            const char *names, *help;
            assert_true(place == PLACE_SMALL ||
                        keymap_help((enum keymap_place)place, false, 0, &names, &help));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_become_keys),
        cmocka_unit_test(letters_are_letters),
        cmocka_unit_test(esc_waits),
        cmocka_unit_test(pastes_are_one_key),
        cmocka_unit_test(the_mouse_is_decoded),
        cmocka_unit_test(answers_are_never_text),
        cmocka_unit_test(noise_is_eaten),
        cmocka_unit_test(a_key_means_one_thing),
        cmocka_unit_test(help_is_never_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
