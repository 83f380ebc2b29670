#include "ui/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

/* A key in the table: a letter, a control letter, or a name. */
#define LETTER(c)                                                                                            \
    {                                                                                                        \
        .code = UI_KEY_CHAR, .ch = c                                                                                \
    }
#define CONTROL(c)                                                                                           \
    {                                                                                                        \
        .code = UI_KEY_CHAR, .ch = c, .is_ctrl = true                                                                                 \
    }
#define NAMED(k)                                                                                             \
    {                                                                                                        \
        .code = UI_KEY_##k                                                                                 \
    }

/* What scrolls, and has buttons below. */
#define PLACE_LISTS (PLACE_PAGES | PLACE_IMPORT | PLACE_SUMMARY | PLACE_HOST_KEYS | PLACE_CHECK)
#define PLACE_SCROLLS (PLACE_LISTS | PLACE_BAND)

/* One key -> one action, on every screen that has it. */
static const struct binding {
    struct key key;
    enum action action;
    unsigned places;
} bindings[] = {
    {NAMED(UP), ACT_UP, PLACE_ALL & ~PLACE_SMALL},
    {LETTER('k'), ACT_UP, PLACE_ALL & ~PLACE_SMALL},
    {NAMED(DOWN), ACT_DOWN, PLACE_ALL & ~PLACE_SMALL},
    {LETTER('j'), ACT_DOWN, PLACE_ALL & ~PLACE_SMALL},
    {NAMED(LEFT), ACT_LEFT, PLACE_RUN | PLACE_LOG | PLACE_FAILED},
    {LETTER('h'), ACT_LEFT, PLACE_RUN | PLACE_LOG | PLACE_FAILED},
    {NAMED(RIGHT), ACT_RIGHT, PLACE_RUN | PLACE_LOG | PLACE_FAILED},
    {LETTER('l'), ACT_RIGHT, PLACE_RUN | PLACE_LOG | PLACE_FAILED},
    {NAMED(PAGE_UP), ACT_PAGE_UP, PLACE_RUN | PLACE_LOG | PLACE_HELP},
    {NAMED(PAGE_DOWN), ACT_PAGE_DOWN, PLACE_RUN | PLACE_LOG | PLACE_HELP},
    {LETTER(' '), ACT_PAGE_DOWN, PLACE_LOG | PLACE_HELP},
    {CONTROL('u'), ACT_HALF_UP, PLACE_RUN | PLACE_LOG | PLACE_HELP},
    {CONTROL('d'), ACT_HALF_DOWN, PLACE_RUN | PLACE_LOG | PLACE_HELP},
    {NAMED(HOME), ACT_FIRST, PLACE_RUN | PLACE_LOG | PLACE_HELP},
    {LETTER('g'), ACT_FIRST, PLACE_RUN | PLACE_LOG | PLACE_HELP},
    {NAMED(END), ACT_LAST, PLACE_RUN | PLACE_LOG | PLACE_HELP},
    {LETTER('G'), ACT_LAST, PLACE_RUN | PLACE_LOG | PLACE_HELP},
    {NAMED(TAB), ACT_NEXT_PANE, PLACE_FAILED | PLACE_DIALOG},
    {NAMED(BACKTAB), ACT_PREVIOUS_PANE, PLACE_FAILED | PLACE_DIALOG},
    {NAMED(ENTER), ACT_OPEN, PLACE_RUN | PLACE_FAILED | PLACE_DIALOG},
    {NAMED(ESC), ACT_CLOSE, PLACE_ALL & ~PLACE_SMALL},
    {LETTER('q'), ACT_QUIT, PLACE_ALL},
    {CONTROL('c'), ACT_BREAK, PLACE_ALL},
    {LETTER('?'), ACT_HELP, PLACE_ALL & ~PLACE_SMALL},
    {CONTROL('g'), ACT_HELP, PLACE_ALL & ~PLACE_SMALL},
    {CONTROL('l'), ACT_REDRAW, PLACE_ALL},
    {CONTROL('t'), ACT_PLAINER, PLACE_ALL & ~PLACE_SMALL},
    {CONTROL('z'), ACT_SUSPEND, PLACE_ALL},
    {LETTER('m'), ACT_MOUSE, PLACE_ALL & ~PLACE_SMALL},
    {LETTER('/'), ACT_FIND, PLACE_RUN | PLACE_LOG},
    {LETTER('n'), ACT_FIND_NEXT, PLACE_RUN | PLACE_LOG},
    {LETTER('N'), ACT_FIND_PREVIOUS, PLACE_RUN | PLACE_LOG},
    {LETTER('p'), ACT_PROBLEMS, PLACE_RUN},
    {LETTER('v'), ACT_VIEW, PLACE_RUN},
    {LETTER('P'), ACT_PAUSE, PLACE_RUN},
    {LETTER('r'), ACT_AGAIN, PLACE_RUN | PLACE_FAILED},
    {LETTER('R'), ACT_AGAIN_ALL, PLACE_RUN | PLACE_FAILED},
    {LETTER('s'), ACT_SKIP, PLACE_RUN | PLACE_FAILED},
    {LETTER('F'), ACT_FOLLOW, PLACE_RUN | PLACE_LOG},
    {LETTER('w'), ACT_WRAP, PLACE_LOG},
    {LETTER('['), ACT_STEP_PREVIOUS, PLACE_LOG},
    {LETTER(']'), ACT_STEP_NEXT, PLACE_LOG},
    /* the wizard */
    {NAMED(LEFT), ACT_LEFT, PLACE_PAGES | PLACE_BAND | PLACE_HOST_KEYS | PLACE_IMPORT | PLACE_SUMMARY},
    {LETTER('h'), ACT_LEFT, PLACE_PAGES | PLACE_BAND | PLACE_HOST_KEYS | PLACE_IMPORT | PLACE_SUMMARY},
    {NAMED(RIGHT), ACT_RIGHT, PLACE_PAGES | PLACE_BAND | PLACE_HOST_KEYS | PLACE_IMPORT | PLACE_SUMMARY},
    {LETTER('l'), ACT_RIGHT, PLACE_PAGES | PLACE_BAND | PLACE_HOST_KEYS | PLACE_IMPORT | PLACE_SUMMARY},
    {NAMED(PAGE_UP), ACT_PAGE_UP, PLACE_SCROLLS},
    {NAMED(PAGE_DOWN), ACT_PAGE_DOWN, PLACE_SCROLLS},
    {CONTROL('u'), ACT_HALF_UP, PLACE_SCROLLS},
    {CONTROL('d'), ACT_HALF_DOWN, PLACE_SCROLLS},
    {NAMED(HOME), ACT_FIRST, PLACE_SCROLLS},
    {LETTER('g'), ACT_FIRST, PLACE_SCROLLS},
    {NAMED(END), ACT_LAST, PLACE_SCROLLS},
    {LETTER('G'), ACT_LAST, PLACE_SCROLLS},
    {NAMED(TAB), ACT_NEXT_PANE, PLACE_LISTS | PLACE_BAND},
    {NAMED(BACKTAB), ACT_PREVIOUS_PANE, PLACE_LISTS | PLACE_BAND},
    {NAMED(ENTER), ACT_OPEN, PLACE_LISTS | PLACE_BAND},
    {CONTROL('n'), ACT_NEXT, PLACE_PAGES},
    {CONTROL('p'), ACT_BACK, PLACE_PAGES},
    {LETTER('/'), ACT_FIND, PLACE_LISTS},
    {LETTER('n'), ACT_FIND_NEXT, PLACE_LISTS},
    {LETTER('N'), ACT_FIND_PREVIOUS, PLACE_LISTS},
    {LETTER(' '), ACT_MARK, PLACE_LISTS | PLACE_BAND},
    {LETTER('o'), ACT_SOURCE, PLACE_CHOOSE | PLACE_IMPORT | PLACE_REVIEW},
    {LETTER('a'), ACT_ADD, PLACE_HOSTS},
    {LETTER('c'), ACT_COPY_ROW, PLACE_HOSTS},
    {LETTER('d'), ACT_DELETE, PLACE_HOSTS},
    {LETTER('u'), ACT_UNDO, PLACE_HOSTS},
    {LETTER('J'), ACT_MOVE_DOWN, PLACE_HOSTS},
    {LETTER('K'), ACT_MOVE_UP, PLACE_HOSTS},
    {LETTER('i'), ACT_IMPORT, PLACE_HOSTS},
    {LETTER('e'), ACT_EDIT, PLACE_HOSTS},
    {CONTROL('o'), ACT_EDIT, PLACE_OPTIONS}, /* letters are text there */
    {CONTROL('r'), ACT_DEFAULT, PLACE_OPTIONS},
    {LETTER('1'), ACT_ROLE_1, PLACE_HOSTS},
    {LETTER('2'), ACT_ROLE_2, PLACE_HOSTS},
    {LETTER('3'), ACT_ROLE_3, PLACE_HOSTS},
    {LETTER('4'), ACT_ROLE_4, PLACE_HOSTS},
    {LETTER('5'), ACT_ROLE_5, PLACE_HOSTS},
    {LETTER('6'), ACT_ROLE_6, PLACE_HOSTS},
    {LETTER('7'), ACT_ROLE_7, PLACE_HOSTS},
    {LETTER('8'), ACT_ROLE_8, PLACE_HOSTS},
    {LETTER('9'), ACT_ROLE_9, PLACE_HOSTS},
    {LETTER('A'), ACT_ACCEPT, PLACE_CHECKS | PLACE_CHECK | PLACE_HOST_KEYS},
    {LETTER('f'), ACT_MEND, PLACE_CHECKS | PLACE_CHECK},
    {LETTER('p'), ACT_PROBLEMS, PLACE_CHECKS},
    {LETTER('v'), ACT_VIEW, PLACE_CHECKS | PLACE_IMPORT | PLACE_REVIEW},
    {LETTER('{'), ACT_DETAIL_UP, PLACE_CHECKS | PLACE_CHECK},
    {LETTER('}'), ACT_DETAIL_DOWN, PLACE_CHECKS | PLACE_CHECK},
    {LETTER('r'), ACT_AGAIN, PLACE_ACCESS | PLACE_CHECKS | PLACE_CHECK},
    {LETTER('R'), ACT_AGAIN_ALL, PLACE_ACCESS | PLACE_CHECKS | PLACE_CHECK},
    {LETTER('U'), ACT_SUDO_USER, PLACE_ACCESS},
    {LETTER('!'), ACT_SHELL, PLACE_ACCESS | PLACE_CHECKS | PLACE_CHECK},
    {LETTER('S'), ACT_SAVE, PLACE_REVIEW},
    {LETTER('y'), ACT_COPY, PLACE_BAND | PLACE_CHECKS | PLACE_ACCESS | PLACE_HOST_KEYS},
    {LETTER('o'), ACT_SOURCE, PLACE_RUN | PLACE_FAILED},
    {LETTER('!'), ACT_SHELL, PLACE_RUN | PLACE_FAILED | PLACE_LOG},
    {LETTER('&'), ACT_FILTER, PLACE_RUN | PLACE_LOG},
    {LETTER('S'), ACT_SAVE, PLACE_LOG},
    {LETTER('y'), ACT_COPY, PLACE_RUN | PLACE_LOG | PLACE_FAILED | PLACE_TEXT | PLACE_SUMMARY},
    {NAMED(LEFT), ACT_LEFT, PLACE_TEXT},
    {LETTER('h'), ACT_LEFT, PLACE_TEXT},
    {NAMED(RIGHT), ACT_RIGHT, PLACE_TEXT},
    {LETTER('l'), ACT_RIGHT, PLACE_TEXT},
    {NAMED(PAGE_UP), ACT_PAGE_UP, PLACE_TEXT},
    {NAMED(PAGE_DOWN), ACT_PAGE_DOWN, PLACE_TEXT},
    {LETTER(' '), ACT_PAGE_DOWN, PLACE_TEXT},
    {CONTROL('u'), ACT_HALF_UP, PLACE_TEXT},
    {CONTROL('d'), ACT_HALF_DOWN, PLACE_TEXT},
    {NAMED(HOME), ACT_FIRST, PLACE_TEXT},
    {LETTER('g'), ACT_FIRST, PLACE_TEXT},
    {NAMED(END), ACT_LAST, PLACE_TEXT},
    {LETTER('G'), ACT_LAST, PLACE_TEXT},
    {LETTER('/'), ACT_FIND, PLACE_TEXT},
    {LETTER('n'), ACT_FIND_NEXT, PLACE_TEXT},
    {LETTER('N'), ACT_FIND_PREVIOUS, PLACE_TEXT},
    {LETTER('w'), ACT_WRAP, PLACE_TEXT},
};

/* How a row of keys is called. The bottom line takes rows with a label in their order; the help screen all.
 */
static const struct entry {
    unsigned places; /* where the bottom line has it, and for whose help it is; PLACE_ALL = keys everywhere */
    enum action action; /* the one that is_hidden is asked for */
    const char *keys;   /* as in the bottom line; NULL = not there */
    const char *label;  /* translatable */
    const char *names;  /* as on the help screen */
    const char *help;   /* translatable */
    bool is_right;      /* at the right end of the bottom line */
} entries[] = {
    {PLACE_RUN, ACT_OPEN, "Enter", N_("open"), "Enter", N_("open: the log, or why it failed"), false},
    {PLACE_RUN, ACT_AGAIN, "r", N_("again"), "r", N_("again: what failed in the focused line"), false},
    {PLACE_RUN, ACT_AGAIN_ALL, "R", N_("all failed"), "R", N_("again: everything that failed"), false},
    {PLACE_RUN, ACT_FIND, "/", N_("find"), "/ n N", N_("find a line by its text; next, previous"), false},
    {PLACE_RUN, ACT_VIEW, "v", N_("view"), "v", N_("view: hosts, groups, steps"), false},
    {PLACE_RUN, ACT_PROBLEMS, "p", N_("problems"), "p", N_("only problems; all again"), false},
    {PLACE_RUN, ACT_PAUSE, "P", N_("pause"), "P", N_("pause: start no new steps; go on"), false},
    {PLACE_RUN, ACT_SKIP, NULL, NULL, "s", N_("skip the step, where the spell allows it"), false},
    {PLACE_RUN, ACT_FOLLOW, NULL, NULL, "F", N_("keep the focus on what is working"), false},
    {PLACE_RUN, ACT_SHELL, "!", N_("shell"), "!", N_("a shell on the host, then back here"), false},
    {PLACE_RUN, ACT_SOURCE, "o", N_("script"), "o", N_("the step's script as it runs, with its variables"), false},
    {PLACE_RUN, ACT_FILTER, NULL, NULL, "&", N_("only lines that have a text; empty: all"), false},
    {PLACE_RUN, ACT_COPY, NULL, NULL, "y", N_("copy: what has the focus, on the normal screen"), false},
    {PLACE_RUN, ACT_CLOSE, "Esc q", N_("summary"), "Esc", N_("all lines again; after a run that ended well: its summary, as q does"), true},
    {PLACE_RUN, ACT_QUIT, "q", N_("leave"), "q", N_("leave: asks first"), true},
    {PLACE_FAILED, ACT_OPEN, "Enter", N_("press"), "Enter", N_("press the button that has the focus"), false},
    {PLACE_FAILED, ACT_AGAIN, "r", N_("again"), "r", N_("again: run the step once more on this host"), false},
    {PLACE_FAILED, ACT_AGAIN_ALL, "R", N_("all failed"), "R", N_("again: everything that failed"), false},
    {PLACE_FAILED, ACT_SKIP, "s", N_("skip"), "s", N_("skip the step, where the spell allows it"), false},
    {PLACE_FAILED, ACT_SHELL, "!", N_("shell"), "!", N_("a shell on the host, then back here"), false},
    {PLACE_FAILED, ACT_SOURCE, "o", N_("script"), "o", N_("the step's script as it ran, with its variables"), false},
    {PLACE_FAILED, ACT_COPY, NULL, NULL, "y", N_("copy: all of this, on the normal screen"), false},
    {PLACE_FAILED, ACT_QUIT, "Esc q", N_("close"), "Esc q", N_("back to the run"), true},
    {PLACE_LOG, ACT_FIND, "/", N_("find"), "/", N_("find a text"), false},
    {PLACE_LOG, ACT_FIND_NEXT, "n N", N_("match"), "n N", N_("next, previous match"), false},
    {PLACE_LOG, ACT_FILTER, "&", N_("only"), "&", N_("only lines that have a text; empty: all"), false},
    {PLACE_LOG, ACT_FOLLOW, "F", N_("follow"), "F", N_("go to the end and follow the output; hold"), false},
    {PLACE_LOG, ACT_WRAP, "w", N_("wrap"), "w", N_("wrap long lines, or go sideways with Left Right"), false},
    {PLACE_LOG, ACT_STEP_NEXT, "[ ]", N_("step"), "[ ]", N_("previous, next step of this host"), false},
    {PLACE_LOG, ACT_SAVE, "S", N_("save"), "S", N_("save the log to a file"), false},
    {PLACE_LOG, ACT_COPY, NULL, NULL, "y", N_("copy: the lines in sight, on the normal screen"), false},
    {PLACE_LOG, ACT_SHELL, NULL, NULL, "!", N_("a shell on the host, then back here"), false},
    {PLACE_LOG, ACT_QUIT, "Esc q", N_("close"), "Esc q", N_("close the log"), true},
    {PLACE_TEXT, ACT_FIND, "/", N_("find"), "/", N_("find a text"), false},
    {PLACE_TEXT, ACT_FIND_NEXT, "n N", N_("match"), "n N", N_("next, previous match"), false},
    {PLACE_TEXT, ACT_WRAP, "w", N_("wrap"), "w", N_("wrap long lines, or go sideways with Left Right"), false},
    {PLACE_TEXT, ACT_COPY, "y", N_("copy"), "y", N_("copy: the text, on the normal screen"), false},
    {PLACE_TEXT, ACT_QUIT, "Esc q", N_("close"), "Esc q", N_("close the text"), true},
    {PLACE_DIALOG, ACT_OPEN, "Enter", N_("choose"), "Enter", N_("choose what has the focus"), false},
    {PLACE_DIALOG, ACT_CLOSE, "Esc", N_("stay"), "Esc q", N_("stay"), false},
    {PLACE_DIALOG, ACT_BREAK, "^C", N_("again: leave"), "^C", N_("leave at once; running steps go on"),
     false},
    {PLACE_HELP, ACT_QUIT, "Esc q", N_("close"), "Esc q", N_("close the help"), true},
    {PLACE_SMALL, ACT_QUIT, "q", N_("leave"), "q", N_("leave: asks first"), false},
    {PLACE_CHOOSE, ACT_OPEN, "Enter", N_("choose"), "Enter", N_("choose what has the focus, and go on"), false},
    {PLACE_CHOOSE, ACT_SOURCE, "o", N_("README"), "o", N_("open what stands behind: the README, a run's summary"), false},
    {PLACE_HOSTS, ACT_OPEN, "Enter", N_("edit"), "Enter", N_("edit the cell; Enter keeps it, Esc gives it its old value"), false},
    {PLACE_HOSTS, ACT_ADD, "a", N_("add"), "a", N_("add a host, by default like the one in focus"), false},
    {PLACE_HOSTS, ACT_IMPORT, "i", N_("import"), "i", N_("import a file: an Ansible inventory, CSV, names of ssh_config, lines"), false},
    {PLACE_HOSTS, ACT_ROLE_1, "1-9", N_("role"), "1-9", N_("give or take the role; its number stands below the table"), false},
    {PLACE_HOSTS, ACT_DELETE, "d", N_("delete"), "d u", N_("delete; undo the last change"), false},
    {PLACE_HOSTS, ACT_COPY_ROW, NULL, NULL, "c", N_("copy the host into a new line"), false},
    {PLACE_HOSTS, ACT_MOVE_DOWN, NULL, NULL, "J K", N_("move the host down, up"), false},
    {PLACE_HOSTS, ACT_EDIT, NULL, NULL, "e", N_("edit the table as text, in your editor"), false},
    {PLACE_HOSTS, ACT_MARK, NULL, NULL, "Space", N_("mark; c, d and roles then go for all that are marked"), false},
    {PLACE_CELL, ACT_OPEN, "Enter", N_("keep"), "Enter", N_("keep the cell and go to the next"), false},
    {PLACE_CELL, ACT_NEXT_PANE, "Tab", N_("next cell"), "Tab Shift-Tab", N_("keep it and type into the next, the previous cell"), false},
    {PLACE_CELL, ACT_UP, "Up Down", N_("other host"), "Up Down", N_("keep it and leave the host"), false},
    {PLACE_CELL, ACT_CLOSE, "Esc", N_("old value"), "Esc", N_("give the cell its old value"), true},
    {PLACE_PROMPT, ACT_OPEN, "Enter", N_("go on"), "Enter", N_("go on with what was typed"), false},
    {PLACE_PROMPT, ACT_CLOSE, "Esc", N_("close"), "Esc", N_("close without an answer"), true},
    {PLACE_IMPORT, ACT_NEXT_PANE, "Tab", N_("lists, buttons"), "Tab", N_("to what was understood, what was not, the buttons"), false},
    {PLACE_IMPORT, ACT_VIEW, "v", N_("other format"), "v", N_("read it as another format"), false},
    {PLACE_IMPORT, ACT_SOURCE, "o", N_("open the file"), "o", N_("open the file itself"), false},
    {PLACE_IMPORT, ACT_QUIT, "Esc q", N_("close"), "Esc q", N_("back to the table, nothing was added"), true},
    {PLACE_ACCESS, ACT_OPEN, "Enter", N_("answer"), "Enter", N_("answer what the host asks"), false},
    {PLACE_ACCESS, ACT_AGAIN, "r", N_("again"), "r R", N_("again: this host; all that failed"), false},
    {PLACE_ACCESS, ACT_SUDO_USER, "U", N_("sudo user"), "U", N_("make a sudo user with your public key; the script is shown first"), false},
    {PLACE_ACCESS, ACT_MARK, NULL, NULL, "Space", N_("mark; U then goes for all that are marked"), false},
    {PLACE_ACCESS, ACT_SHELL, "!", N_("shell"), "!", N_("a shell on the host, then back here"), false},
    {PLACE_ACCESS, ACT_COPY, NULL, NULL, "y", N_("copy: the host and what it says, on the normal screen"), false},
    {PLACE_CHECKS, ACT_OPEN, "Enter", N_("detail"), "Enter", N_("open the check: what was found on each host"), false},
    {PLACE_CHECKS, ACT_MEND, "f", N_("fix"), "f", N_("fix: what kwiz can mend; the script is shown first"), false},
    {PLACE_CHECKS, ACT_ACCEPT, "A", N_("accept"), "A", N_("accept the check although it fails or warns; asks for a reason"), false},
    {PLACE_CHECKS, ACT_AGAIN, "r", N_("again"), "r R", N_("measure again: the host in focus, else all; all"), false},
    {PLACE_CHECKS, ACT_PROBLEMS, "p", N_("problems"), "p", N_("only problems; all again"), false},
    {PLACE_CHECKS, ACT_VIEW, "v", N_("view"), "v", N_("view: checks, hosts"), false},
    {PLACE_CHECKS, ACT_SHELL, NULL, NULL, "!", N_("a shell on the host, then back here"), false},
    {PLACE_CHECKS, ACT_COPY, NULL, NULL, "y", N_("copy: all that is not as wanted, on the normal screen"), false},
    {PLACE_CHECK, ACT_MEND, "f", N_("fix"), "f", N_("fix: what kwiz can mend; the script is shown first"), false},
    {PLACE_CHECK, ACT_ACCEPT, "A", N_("accept"), "A", N_("accept the check although it fails or warns; asks for a reason"), false},
    {PLACE_CHECK, ACT_AGAIN, "r", N_("again"), "r R", N_("measure again: the host in focus; all"), false},
    {PLACE_CHECKS | PLACE_CHECK, ACT_DETAIL_DOWN, NULL, NULL, "{ }", N_("scroll what stands below the list"), false},
    {PLACE_CHECK, ACT_FIND, "/", N_("find"), "/ n N", N_("find a line by its text; next, previous"), false},
    {PLACE_CHECK, ACT_SHELL, NULL, NULL, "!", N_("a shell on the host, then back here"), false},
    {PLACE_CHECK, ACT_CLOSE, "Esc q", N_("close"), "Esc q", N_("back to all checks"), true},
    {PLACE_OPTIONS, ACT_OPEN, "Enter", N_("keep"), "Enter", N_("keep the value and go on to the next field"), false},
    {PLACE_OPTIONS, ACT_NEXT_PANE, "Tab", N_("next"), "Tab", N_("next field"), false},
    {PLACE_OPTIONS, ACT_HALF_UP, "^U", N_("clear"), "^A ^E ^W ^K ^U", N_("start, end, delete word, to the end, all before"), false},
    {PLACE_OPTIONS, ACT_DEFAULT, "^R", N_("default"), "^R", N_("give the default back"), false},
    {PLACE_OPTIONS, ACT_LEFT, NULL, NULL, "Left Right", N_("another choice; within a text, and from tick to tick"), false},
    {PLACE_OPTIONS, ACT_MARK, NULL, NULL, "Space", N_("tick; the next choice; fold and unfold More"), false},
    {PLACE_OPTIONS, ACT_EDIT, "^O", N_("editor"), "^O", N_("edit a text of several lines in your editor; a paste brings all its lines"), false},
    {PLACE_REVIEW, ACT_OPEN, "Enter", N_("change"), "Enter", N_("change the section; read the step's script"), false},
    {PLACE_REVIEW, ACT_SOURCE, "o", N_("script"), "o", N_("read the step's script as it will run"), false},
    {PLACE_REVIEW, ACT_VIEW, "v", N_("hosts"), "v", N_("which steps run on which host"), false},
    {PLACE_REVIEW, ACT_SAVE, "S", N_("save"), "S", N_("save the answers in a file"), false},
    {PLACE_SUMMARY, ACT_OPEN, "Enter", N_("press"), "Enter", N_("press the button that has the focus"), false},
    {PLACE_SUMMARY, ACT_NEXT_PANE, "Tab", N_("other button"), "Tab", N_("the other button"), false},
    {PLACE_SUMMARY, ACT_CLOSE, "Esc", N_("the run"), "Esc", N_("back to the run: its steps and logs"), false},
    {PLACE_SUMMARY, ACT_COPY, "y", N_("copy"), "y", N_("copy: all of it, unwrapped, on the normal screen"), false},
    {PLACE_SUMMARY, ACT_QUIT, "q", N_("quit"), "q", N_("quit; the summary is printed once more"), true},
    {PLACE_HOST_KEYS, ACT_NEXT_PANE, "Tab", N_("buttons"), "Tab", N_("to the buttons, to the list"), false},
    {PLACE_HOST_KEYS, ACT_ACCEPT, "A", N_("accept this"), "A", N_("accept the key that has the focus"), false},
    {PLACE_HOST_KEYS, ACT_COPY, NULL, NULL, "y", N_("copy: all of these keys, on the normal screen"), false},
    {PLACE_HOST_KEYS, ACT_CLOSE, "Esc q", N_("close"), "Esc q", N_("close; keys that were not accepted stay so"), true},
    {PLACE_BAND, ACT_NEXT_PANE, "Tab", N_("next"), "Tab", N_("next field or button"), false},
    {PLACE_BAND, ACT_OPEN, "Enter", N_("press"), "Enter", N_("press the button that has the focus"), false},
    {PLACE_BAND, ACT_CLOSE, "Esc", N_("close"), "Esc", N_("close without an answer"), true},
    {PLACE_PAGES, ACT_FIND, NULL, NULL, "/ n N", N_("find a line by its text; next, previous"), false},
    {PLACE_PAGES, ACT_BACK, "^P", N_("back"), "^P Esc", N_("the previous page; nothing is lost"), true},
    {PLACE_PAGES, ACT_NEXT, "^N", N_("next"), "^N", N_("the next page"), true},
    {PLACE_PAGES & ~PLACE_OPTIONS, ACT_QUIT, "q", N_("quit"), "q ^C", N_("quit: asks first"), true},
    {PLACE_OPTIONS, ACT_BREAK, "^C", N_("quit"), "^C", N_("quit: asks first"), true},
    {PLACE_ALL, ACT_UP, NULL, NULL, "Up Down k j", N_("move"), false},
    {PLACE_ALL, ACT_LEFT, NULL, NULL, "Left Right h l", N_("fold, unfold, sideways"), false},
    {PLACE_ALL, ACT_PAGE_UP, NULL, NULL, "PgUp PgDn ^U ^D", N_("page, half a page"), false},
    {PLACE_ALL, ACT_FIRST, NULL, NULL, "g G Home End", N_("first, last"), false},
    {PLACE_ALL, ACT_NEXT_PANE, NULL, NULL, "Tab Shift-Tab", N_("next, previous button"), false},
    {PLACE_ALL, ACT_CLOSE, NULL, NULL, "Esc", N_("close what is open"), false},
    {PLACE_ALL, ACT_BREAK, NULL, NULL, "^C", N_("leave: asks first, from anywhere"), false},
    {PLACE_ALL, ACT_REDRAW, NULL, NULL, "^L", N_("draw everything again"), false},
    {PLACE_ALL, ACT_PLAINER, NULL, NULL, "^T", N_("plainer: ASCII, then without colour"), false},
    {PLACE_ALL, ACT_SUSPEND, NULL, NULL, "^Z", N_("suspend; fg comes back"), false},
    {PLACE_ALL, ACT_MOUSE, NULL, NULL, "m", N_("mouse: on, off"), false},
    {PLACE_ALL & ~(PLACE_SMALL | PLACE_TYPING), ACT_HELP, "?", N_("help"), "? ^G", N_("this help"), true},
    {PLACE_TYPING, ACT_HELP, "^G", N_("help"), "^G", N_("this help; ? too where no text is typed"), true},
};
#define ENTRY_COUNT (sizeof entries / sizeof *entries)

enum action keymap_action(enum keymap_place place, struct key key)
{
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++) {
        const struct binding *b = &bindings[i];
        if ((b->places & (unsigned)place) && b->key.code == key.code && b->key.ch == key.ch &&
            b->key.is_ctrl == key.is_ctrl)
            return b->action;
    }
    return ACT_NONE;
}

static int entry_width(const struct entry *e)
{
    return text_width(e->keys) + 1 + text_width(_(e->label));
}

static int put_entry(struct canvas *canvas, int row, int col, const struct entry *e)
{
    col = canvas_put(canvas, row, col, ROLE_KEY, e->keys);
    return canvas_put(canvas, row, col + 1, ROLE_TEXT, _(e->label));
}

/* Help is never hidden. */
static bool is_at_right(const struct entry *e, enum keymap_place place, bool (*is_hidden)(const void *context, enum action action), const void *context)
{
    return e->is_right && e->keys && (e->places & (unsigned)place) && (e->action == ACT_HELP || !is_hidden || !is_hidden(context, e->action));
}

void keymap_line(struct canvas *canvas, int row, enum keymap_place place,
                 bool (*is_hidden)(const void *context, enum action action), const void *context)
{
    int right = 0;
    for (size_t i = 0; i < ENTRY_COUNT; i++)
        if (is_at_right(&entries[i], place, is_hidden, context))
            right += entry_width(&entries[i]) + 2;
    int end = canvas->cols - right; /* the right group ends one column before the edge */
    int col = end + 1;
    for (size_t i = 0; i < ENTRY_COUNT; i++)
        if (is_at_right(&entries[i], place, is_hidden, context))
            col = put_entry(canvas, row, col, &entries[i]) + 2;
    col = 1;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        const struct entry *e = &entries[i];
        if (e->is_right || !e->keys || !(e->places & (unsigned)place) ||
            (is_hidden && is_hidden(context, e->action)))
            continue;
        if (col + entry_width(e) > end)
            break;
        col = put_entry(canvas, row, col, e) + 2;
    }
}

bool keymap_help(enum keymap_place place, bool everywhere, size_t index, const char **names,
                 const char **help)
{
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        const struct entry *e = &entries[i];
        bool is_common = e->places == PLACE_ALL || e->action == ACT_HELP;
        if (is_common != everywhere || !(e->places & (unsigned)place) || index-- > 0)
            continue;
        *names = e->names;
        *help = _(e->help);
        return true;
    }
    return false;
}
