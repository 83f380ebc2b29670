#!/bin/sh
timeout 25 yes 'a line of output, not very long, but many of them, many of them' || [ $? -eq 124 ]
