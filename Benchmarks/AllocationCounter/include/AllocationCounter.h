#pragma once

/// How many times this thread has asked for memory: malloc, calloc, realloc and aligned forms.
unsigned long allocation_count(void);
