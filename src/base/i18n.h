/* Marks for translation: _("text") is looked up now, N_("text") is only found by xgettext (for tables). */
#ifndef KWIZ_BASE_I18N_H
#define KWIZ_BASE_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

#endif
