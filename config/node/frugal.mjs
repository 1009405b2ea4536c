// SPDX-License-Identifier: AGPL-3.0-or-later
// How is an instance started so that it keeps little memory? The Dockerfile says the same.
import { join } from 'node:path'
import { root } from './run.mjs'

/** A small young generation, and leave to tidy up at rest (server/base/rest.ts). */
export const frugalFlags = ['--max-semi-space-size=4', '--expose-gc']

/** One malloc arena that gives back what is free; types are stripped once and kept, so that a start takes half the time. */
export const frugalEnv = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '32768',
  MALLOC_TOP_PAD_: '16384',
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'mainforte'),
}
