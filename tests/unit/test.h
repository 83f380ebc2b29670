/* What every unit test starts with. cmocka.h wants these three before it. */
#ifndef KWIZ_TEST_H
#define KWIZ_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#endif
