/* What a piece of the screen means; theme.h says how each looks. Screens name roles, never colours. */
#ifndef KWIZ_UI_ROLE_H
#define KWIZ_UI_ROLE_H

enum text_role {
    ROLE_TEXT,
    ROLE_DIM,    /* pending, skipped, what is less important */
    ROLE_TITLE,  /* row 1 */
    ROLE_FOCUS,  /* what has the focus */
    ROLE_KEY,    /* keys in the bottom line */
    ROLE_BUTTON,
    ROLE_FIELD,  /* what can be typed into */
    ROLE_OK,
    ROLE_RUN,
    ROLE_WARN,
    ROLE_FAIL,
    ROLE_LOST,   /* lost, cancelled */
};
#define ROLE_COUNT 12

#endif
