#include "ui/topology_picture.h"

#include "base/i18n.h"
#include "spell/translation.h"

#define TEXT_COLS_MAX 24
#define GAP 3

void topology_tell_hosts(const struct role *role, struct buf *out)
{
    bool has_usual = role->usual > role->min;
    if (has_usual)
        buf_addf(out, "%u (", role->usual);
    if (role->max && role->min == role->max)
        buf_addf(out, "%u", role->min);
    else if (role->max)
        buf_addf(out, _("%u to %u"), role->min, role->max);
    else if (role->min)
        buf_addf(out, _("%u or more"), role->min);
    else
        buf_adds(out, _("any number"));
    if (role->is_odd && role->min != role->max)
        buf_adds(out, _(", odd"));
    if (has_usual)
        buf_adds(out, ")");
}

void topology_tell_size(uint64_t mb, struct buf *out)
{
    if (mb && mb % 1024 == 0)
        buf_addf(out, _("%llu GB"), (unsigned long long)(mb / 1024));
    else if (mb)
        buf_addf(out, _("%llu MB"), (unsigned long long)mb);
}

const char *topology_role_title(const struct spell *spell, const struct role *role)
{
    return role->title ? spell_text(spell, role->title) : role->name;
}

/* As many as there usually are, up to three; where there may be more than one, at least two. */
static int depth_of(const struct role *role)
{
    return role->usual >= 3 ? 3 : role->usual == 2 || role->max != 1 ? 2 : 1;
}

static int width_of(const struct spell *spell, const struct role *role)
{
    struct buf hosts;
    buf_init(&hosts, 256);
    topology_tell_hosts(role, &hosts);
    int a = text_width(topology_role_title(spell, role)), b = text_width(buf_text(&hosts));
    buf_done(&hosts);
    a = a > b ? a : b;
    return (a > TEXT_COLS_MAX ? TEXT_COLS_MAX : a) + 4;
}

enum corner { TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT, LINE, SIDE };

static const char *corner(const struct look *look, enum corner which)
{
    static const char *const utf8[] = {"\u250c", "\u2510", "\u2514", "\u2518", "\u2500", "\u2502"};
    static const char *const ascii[] = {"+", "+", "+", "+", "-", "|"};
    return look->is_utf8 ? utf8[which] : ascii[which];
}

static void frame(const struct look *look, struct canvas *canvas, int row, int col, int width, enum text_role role)
{
    for (int i = 0; i < 4; i++) {
        bool is_edge = i == 0 || i == 3;
        canvas_put(canvas, row + i, col, role, corner(look, i == 0 ? TOP_LEFT : i == 3 ? BOTTOM_LEFT : SIDE));
        canvas_fill(canvas, row + i, col + 1, width - 2, role, is_edge ? corner(look, LINE) : " ");
        canvas_put(canvas, row + i, col + width - 1, role, corner(look, i == 0 ? TOP_RIGHT : i == 3 ? BOTTOM_RIGHT : SIDE));
    }
}

static void card(const struct spell *spell, const struct role *role, const struct look *look, struct canvas *canvas, int row, int col, int width)
{
    enum text_role colour = role->usual ? ROLE_TEXT : ROLE_DIM;
    struct buf hosts;
    buf_init(&hosts, 256);
    topology_tell_hosts(role, &hosts);
    for (int d = depth_of(role) - 1; d >= 0; d--)
        frame(look, canvas, row + d, col + d, width, colour);
    canvas_put_in(canvas, row + 1, col + 2, width - 4, colour, topology_role_title(spell, role));
    canvas_put_in(canvas, row + 2, col + 2, width - 4, colour, buf_text(&hosts));
    buf_done(&hosts);
}

int topology_picture(const struct spell *spell, const struct topology *topology, const struct look *look, struct canvas *canvas, int row, int rows)
{
    int height = 0, col = 3, width = col;
    for (size_t i = 0; i < topology->role_count; i++) {
        int depth = depth_of(&topology->roles[i]);
        height = depth + 3 > height ? depth + 3 : height;
        width += width_of(spell, &topology->roles[i]) + depth - 1 + (i ? GAP : 0);
    }
    if (height > rows || width >= canvas->cols)
        return 0;
    for (size_t i = 0; i < topology->role_count; i++) {
        const struct role *role = &topology->roles[i];
        int wide = width_of(spell, role);
        card(spell, role, look, canvas, row, col, wide);
        col += wide + depth_of(role) - 1 + GAP;
    }
    return height;
}
