// SPDX-License-Identifier: AGPL-3.0-or-later
// Node options of an instance; the Dockerfile repeats them.
import { join } from 'node:path'
import { root } from './run.mjs'

export const nodeOptions = ['--max-semi-space-size=4']

/**
 * The cache of code without types halves the time of a start. With at most two arenas, the C library (glibc) keeps 4 MB
 * less at rest, and 10 to 25 MB less with a hundred thousand offers; others do not know the variable.
 */
export const nodeEnv = {
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'mainforte'),
  MALLOC_ARENA_MAX: '2',
}
