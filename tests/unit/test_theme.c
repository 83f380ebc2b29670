#include "tests/unit/test.h"

#include <math.h>
#include <stdlib.h>

#include "ui/theme.h"

static const char *theme_name, *no_color, *colorfgbg;

static char *get(const char *name)
{
    const char *value = !strcmp(name, "KWIZ_THEME")  ? theme_name
                        : !strcmp(name, "NO_COLOR")  ? no_color
                        : !strcmp(name, "COLORFGBG") ? colorfgbg
                                                     : NULL;
    return (char *)(uintptr_t)value;
}

static struct theme choose(enum color_wish wish, int colors, const char *name, const char *no,
                           const char *fgbg)
{
    theme_name = name;
    no_color = no;
    colorfgbg = fgbg;
    return theme_choose(wish, colors, get);
}

static void wishes_are_heard(void **state)
{
    (void)state;
    assert_int_equal(choose(COLOR_AUTO, 256, NULL, NULL, NULL).depth, DEPTH_256);
    assert_int_equal(choose(COLOR_AUTO, 8, NULL, NULL, NULL).depth, DEPTH_16);
    assert_int_equal(choose(COLOR_AUTO, 2, NULL, NULL, NULL).depth, DEPTH_MONO);
    assert_int_equal(choose(COLOR_AUTO, 256, NULL, "1", NULL).depth, DEPTH_MONO);
    assert_int_equal(choose(COLOR_AUTO, 256, NULL, "", NULL).depth, DEPTH_256);
    assert_int_equal(choose(COLOR_ALWAYS, 256, NULL, "1", NULL).depth, DEPTH_256);
    assert_int_equal(choose(COLOR_NEVER, 256, "dark", NULL, NULL).depth, DEPTH_MONO);
    assert_int_equal(choose(COLOR_AUTO, 256, "mono", NULL, NULL).depth, DEPTH_MONO);
    assert_int_equal(choose(COLOR_AUTO, 256, NULL, NULL, "15;0").background, BACKGROUND_DARK);
    assert_int_equal(choose(COLOR_AUTO, 256, NULL, NULL, "0;default;15").background, BACKGROUND_LIGHT);
    assert_int_equal(choose(COLOR_AUTO, 256, "light", NULL, "15;0").background, BACKGROUND_LIGHT);
    const char *odd[] = {"", ";", "15", "15;", "15;default", "15;99", "15;-1", "x;y", NULL};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_int_equal(choose(COLOR_AUTO, 256, NULL, NULL, odd[i]).background, BACKGROUND_UNKNOWN);
}

/* sRGB of the 6x6x6 cube and the greys of 256-colour terminals. */
static double luminance(int r, int g, int b)
{
    double sum = 0;
    const double weights[] = {0.2126, 0.7152, 0.0722};
    const int parts[] = {r, g, b};
    for (int i = 0; i < 3; i++) {
        double c = parts[i] / 255.0;
        sum += weights[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(int color, int r, int g, int b)
{
    static const int steps[] = {0, 95, 135, 175, 215, 255};
    int grey = 8 + 10 * (color - 232);
    double a = color >= 232 ? luminance(grey, grey, grey)
                            : luminance(steps[(color - 16) / 36], steps[(color - 16) / 6 % 6],
                                        steps[(color - 16) % 6]);
    double back = luminance(r, g, b);
    return a > back ? (a + 0.05) / (back + 0.05) : (back + 0.05) / (a + 0.05);
}

static void colours_can_be_read(void **state)
{
    (void)state;
    for (int cvd = 0; cvd < 2; cvd++)
        for (int background = BACKGROUND_DARK; background <= BACKGROUND_LIGHT; background++) {
            struct theme theme = {DEPTH_256, (enum theme_background)background, cvd};
            for (int role = 0; role < ROLE_COUNT; role++) {
                int color = theme_style(&theme, (enum text_role)role).color;
                if (color == STYLE_DEFAULT)
                    continue;
                assert_true(color >= 16);
                bool is_dark = background == BACKGROUND_DARK;
                double one = is_dark ? contrast(color, 0, 0, 0) : contrast(color, 255, 255, 255);
                double other =
                    is_dark ? contrast(color, 0x2e, 0x34, 0x40) : contrast(color, 0xfd, 0xf6, 0xe3);
                if (one < 5.2 || other < 5.2)
                    fail_msg("role %d, colour %d: contrast %.2f and %.2f", role, color, one, other);
            }
        }
}

static void backgrounds_are_told(void **state)
{
    (void)state;
    assert_int_equal(theme_background_of(0x000000), BACKGROUND_DARK);
    assert_int_equal(theme_background_of(0x002b36), BACKGROUND_DARK);
    assert_int_equal(theme_background_of(0x300a24), BACKGROUND_DARK);
    assert_int_equal(theme_background_of(0x0000ff), BACKGROUND_DARK);
    assert_int_equal(theme_background_of(0xfdf6e3), BACKGROUND_LIGHT);
    assert_int_equal(theme_background_of(0xffffff), BACKGROUND_LIGHT);
}

static void nothing_depends_on_colour_alone(void **state)
{
    (void)state;
    for (int depth = DEPTH_MONO; depth <= DEPTH_16; depth++)
        for (int background = BACKGROUND_UNKNOWN; background <= BACKGROUND_LIGHT; background++) {
            struct theme theme = {(enum theme_depth)depth, (enum theme_background)background, false};
            assert_int_not_equal(theme_style(&theme, ROLE_FAIL).attributes, 0);
            assert_int_equal(theme_style(&theme, ROLE_TITLE).attributes, STYLE_REVERSE);
            for (int role = 0; role < ROLE_COUNT; role++)
                assert_true(theme_style(&theme, (enum text_role)role).color < 8); /* 8 is Solarized's background */
        }
    struct theme unknown = {DEPTH_256, BACKGROUND_UNKNOWN,
                            false}; /* then the 16 of the terminal, which fit to its background */
    assert_int_equal(theme_style(&unknown, ROLE_OK).color, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wishes_are_heard),
        cmocka_unit_test(colours_can_be_read),
        cmocka_unit_test(backgrounds_are_told),
        cmocka_unit_test(nothing_depends_on_colour_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
