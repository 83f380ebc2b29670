#include "ui/path_field.h"

#include <stdlib.h>
#include <string.h>

#include "base/complete.h"
#include "base/i18n.h"

void path_field_done(struct path_field *f)
{
    strv_done(&f->names);
    field_done(&f->field);
}

static void forget(struct path_field *f)
{
    strv_done(&f->names);
    f->names = (struct strv){0};
}

void path_field_set(struct path_field *f, const char *path)
{
    forget(f);
    field_set(&f->field, path);
}

bool path_field_key(struct path_field *f, struct key key)
{
    if (key.code != UI_KEY_TAB) {
        forget(f);
        return field_key(&f->field, key);
    }
    struct strv names = {0};
    char *path = path_complete(field_text(&f->field), &names);
    field_set(&f->field, path);
    forget(f);
    if (names.count > 1)
        f->names = names;
    else
        strv_done(&names);
    free(path);
    return true;
}

int path_field_draw_names(const struct path_field *f, struct canvas *canvas, int row, int rows)
{
    int width = 0, used = 0;
    for (size_t i = 0; i < f->names.count; i++)
        width = text_width(f->names.items[i]) > width ? text_width(f->names.items[i]) : width;
    int columns = (canvas->cols - 4) / (width + 2);
    columns = columns > 0 ? columns : 1;
    for (size_t i = 0; i < f->names.count && used < rows; used++) {
        bool is_last = used + 1 == rows && i + (size_t)columns < f->names.count;
        for (int c = 0; c < columns && i < f->names.count; c++, i++) {
            if (is_last && c + 1 == columns) {
                canvas_putf(canvas, row + used, 3 + c * (width + 2), ROLE_DIM, _("%zu more"), f->names.count - i);
                break;
            }
            canvas_put_in(canvas, row + used, 3 + c * (width + 2), canvas->cols - 4 - c * (width + 2), ROLE_DIM, f->names.items[i]);
        }
    }
    return used;
}
