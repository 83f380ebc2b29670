/* A canvas as a picture, for documents: SVG with the 256 colours' values of the dark theme. */
#ifndef KWIZ_TESTS_SVG_H
#define KWIZ_TESTS_SVG_H

#include "ui/canvas.h"

/* malloc'd. */
char *svg_of(const struct canvas *canvas);

#endif
