// SPDX-License-Identifier: AGPL-3.0-or-later
// Hashing is slow on purpose, so it must not run inside a transaction.
import type { Deps } from '../deps.ts'

/** OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane. */
export const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 }

/** Loaded at the first sign-in, to save memory until then. */
const argon2 = () => import('@node-rs/argon2')

/** Hashes to compare with when there is no person, so that the check takes the same time. */
const NOBODY = {
  production: '$argon2id$v=19$m=19456,t=2,p=1$iCoVyVFfeByZrMJoTo5y0g$zAk26qxbX21J9RLnvJ3zWHmXHAUpGFG5KVct1XVHr74',
  test: '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$1X9dPzxxsAkxgPkBz4Y5sPyy9UVKPTeo8IrsF8b7Lcw',
}

export async function hashPassword(deps: Deps, password: string): Promise<string> {
  const { hash } = await argon2()
  return hash(password.normalize('NFC'), deps.config.mode === 'test' ? CHEAP : COST)
}

/** @param stored undefined takes as long as a wrong password; the result is false. */
export async function passwordMatches(
  deps: Deps,
  stored: string | null | undefined,
  password: string,
): Promise<boolean> {
  const { verify } = await argon2()
  const matches = await verify(stored ?? NOBODY[deps.config.mode], password.normalize('NFC'))
  return matches && typeof stored === 'string'
}
