/* What hosts ask, put to the operator on the terminal one after the other: new host keys, passwords, passphrases. Before the run and during it. */
#ifndef KWIZ_CLI_QUESTIONS_H
#define KWIZ_CLI_QUESTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "base/secret.h"
#include "transport/transport.h"

struct contacts;
struct questions;

/* Told when the terminal is wanted for questions, and when it can be had back; may be NULL. */
struct questions_screen {
    void (*take)(void *context);
    void (*give_back)(void *context);
    void *context;
};

struct questions *questions_new(uv_loop_t *loop);
/* Can anything be asked? (Standard input is a terminal, and so is /dev/tty.) */
bool questions_possible(void);
/* Whom the answers are for; must outlive the questions. */
void questions_bind(struct questions *questions, struct contacts *contacts);
/* For contacts_options: context is the questions. */
void questions_ask(void *context, size_t host, const struct transport_ask *ask);
void questions_withdraw(void *context, size_t host);
/* screen NULL: there is none (any more). */
void questions_set_screen(struct questions *questions, const struct questions_screen *screen);
/* Someone else has the terminal: ask nothing until it is given back. Not while one is open. */
void questions_hold(struct questions *questions, bool is_held);
bool questions_is_open(const struct questions *questions);
/* Takes back what is being asked; nobody is told. */
void questions_clear(struct questions *questions);
void questions_free(struct questions **questions);

#endif
