/* Private to cond*.c: the tree of a condition. */
#ifndef KWIZ_SPELL_COND_NODE_H
#define KWIZ_SPELL_COND_NODE_H

#include <stddef.h>

enum op { OP_OR, OP_AND, OP_NOT, OP_EQUAL, OP_IN, OP_TRUE, OP_FALSE, OP_LITERAL, OP_NAME, OP_ROLE };

struct node {
    enum op op;
    unsigned column;
    int how;            /* OP_ROLE */
    char *text;         /* all but OP_OR, OP_AND, OP_NOT, OP_EQUAL, OP_IN */
    struct node *a, *b; /* operands */
    struct node **list; /* OP_IN: a list of operands, else b */
    size_t count;
};

struct cond {
    char *text;
    struct node *root;
};

#endif
