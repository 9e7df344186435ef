/* Big-endian numbers, and the end of secrets. */
#ifndef CIENTRO_BYTES_H
#define CIENTRO_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef _WIN32
#include "lock.h"
#endif

static inline uint32_t load32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint64_t load64(const unsigned char *at)
{
	return (uint64_t)load32(at) << 32 | load32(at + 4);
}

static inline void store32(unsigned char *at, uint32_t number)
{
	at[0] = (unsigned char)(number >> 24);
	at[1] = (unsigned char)(number >> 16);
	at[2] = (unsigned char)(number >> 8);
	at[3] = (unsigned char)number;
}

static inline void store64(unsigned char *at, uint64_t number)
{
	store32(at, (uint32_t)(number >> 32));
	store32(at + 4, (uint32_t)number);
}

/* Overwrites what may have held a PIN; no compiler leaves it out. */
static inline void wipe(void *bytes, size_t length)
{
#ifdef _WIN32
	SecureZeroMemory(bytes, length);
#else
	explicit_bzero(bytes, length);
#endif
}

#endif
