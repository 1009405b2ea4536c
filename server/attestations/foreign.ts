// SPDX-License-Identifier: AGPL-3.0-or-later
// An attestation that another association signed: its signature, by the key at its own address, and its status list.
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import type { GatheredRow } from '../../db/queries/gathered.ts'
import { isDay } from '../web/fields.ts'
import type { Deps } from '../deps.ts'
import type { MessageKey } from '../text/message-keys.ts'

/** Characters of a credential: an attestation of a hundred functions has five thousand. */
export const LONGEST_CREDENTIAL = 20_000
/** Bytes of a status list, once it is unpacked: a million entries. */
const LONGEST_LIST = 131_072

export type Foreign = Omit<GatheredRow, 'id' | 'person_id' | 'checked_at' | 'created_at'>
export type Checked = { ok: true; attestation: Foreign } | { ok: false; fault: MessageKey }

const dayOf = z
  .string()
  .transform((instant) => instant.slice(0, 10))
  .refine(isDay)
const link = z.url().max(300)
const claims = z.object({
  iss: link,
  jti: z.string().min(1).max(300),
  type: z.array(z.string()).refine((types) => types.includes('OpenBadgeCredential')),
  issuer: z.object({ id: link, name: z.string().min(1).max(200), url: link.optional() }),
  credentialSubject: z.object({
    identifier: z.array(z.object({ identityHash: z.string().max(200), hashed: z.boolean().optional() })).min(1),
    activityStartDate: dayOf,
    activityEndDate: dayOf,
    creditsEarned: z.number().min(0).max(100_000),
    role: z.string().max(500).optional(),
  }),
  credentialStatus: z
    .object({ statusListIndex: z.coerce.number().int().min(0), statusListCredential: link })
    .optional(),
})
const listClaims = z.object({
  iss: link,
  credentialSubject: z.object({ statusPurpose: z.literal('revocation'), encodedList: z.string().startsWith('u') }),
})

const no = (fault: MessageKey): Checked => ({ ok: false, fault })

/** @param typed the credential itself, or the address that its QR code leads to. Reads from other sites. */
export async function checkForeign(deps: Deps, typed: string): Promise<Checked> {
  const text = typed.trim()
  if (/^https?:\/\//i.test(text)) {
    const found = await readCredential(deps, text)
    return found === undefined
      ? no('attestations.gathered.error.link')
      : checkCredential(deps, found.text, found.origin)
  }
  return checkCredential(deps, text)
}

/** At the verification page of an attestation, with « .jwt » behind it. */
async function readCredential(deps: Deps, typed: string): Promise<{ text: string; origin: string } | undefined> {
  if (!URL.canParse(typed)) return undefined
  const { origin, pathname } = new URL(typed)
  const found = await deps.directory.readText(`${origin}${pathname.replace(/\/$/, '').replace(/\.jwt$/, '')}.jwt`)
  return found && new URL(found.url).origin === origin ? { text: found.text.trim(), origin } : undefined
}

/** @param origin whose it must be, when its address was given. */
export async function checkCredential(deps: Deps, credential: string, origin?: string): Promise<Checked> {
  if (credential.length > LONGEST_CREDENTIAL || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(credential))
    return no('attestations.gathered.error.shape')
  const signed = await verified(deps, credential)
  if (signed === 'away') return no('attestations.gathered.error.away')
  const read = claims.safeParse(signed)
  if (!read.success)
    return no(signed === undefined ? 'attestations.gathered.error.signature' : 'attestations.gathered.error.shape')
  const { iss, jti, issuer, credentialSubject: subject, credentialStatus: status } = read.data
  const home = new URL(iss).origin
  if (new URL(issuer.id).origin !== home || (origin !== undefined && origin !== home))
    return no('attestations.gathered.error.signature')
  if (home === new URL(deps.config.publicUrl).origin) return no('attestations.gathered.error.ours')
  const [identity] = subject.identifier
  const name = identity && identity.hashed !== true ? identity.identityHash : ''
  if (name.trim() === '') return no('attestations.gathered.error.no_name')
  const state = status ? await stateOf(deps, status, home) : 'valid'
  if (state === 'away') return no('attestations.gathered.error.away')
  return {
    ok: true,
    attestation: {
      credential,
      credential_id: jti,
      issuer_name: issuer.name,
      issuer_url: home,
      person_name: name,
      role: subject.role ?? '',
      from_day: subject.activityStartDate,
      until_day: subject.activityEndDate,
      minutes: Math.round(subject.creditsEarned * 60),
      state,
    },
  }
}

/**
 * The claims of a JWT whose key stands at an address of its issuer (Ed25519 alone). `away`: the key could not be read;
 * undefined: it is not signed by it.
 */
async function verified(deps: Deps, token: string): Promise<unknown> {
  const { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } = await import('jose')
  try {
    const { alg, kid = '' } = decodeProtectedHeader(token)
    const { iss = '' } = decodeJwt(token)
    if (alg !== 'EdDSA' || !URL.canParse(kid) || !URL.canParse(iss)) return undefined
    const { origin } = new URL(iss)
    if (new URL(kid).origin !== origin) return undefined
    const found = await deps.directory.readText(kid)
    if (!found) return 'away'
    if (new URL(found.url).origin !== origin) return undefined
    const { kty, crv, x } = JSON.parse(found.text) as Record<string, string>
    if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string') return undefined
    const key = await importJWK({ kty, crv, x }, 'EdDSA')
    const { payload } = await jwtVerify(token, key, { algorithms: ['EdDSA'], currentDate: deps.clock.now() })
    return payload
  } catch {
    return undefined
  }
}

type Status = { statusListIndex: number; statusListCredential: string }

/** A list of another site than the issuer’s says nothing. */
async function stateOf(deps: Deps, status: Status, home: string): Promise<'valid' | 'withdrawn' | 'away'> {
  if (new URL(status.statusListCredential).origin !== home) return 'away'
  const found = await deps.directory.readText(status.statusListCredential)
  if (!found || new URL(found.url).origin !== home) return 'away'
  const read = listClaims.safeParse(await verified(deps, found.text.trim()))
  if (!read.success || new URL(read.data.iss).origin !== home) return 'away'
  try {
    const packed = Buffer.from(read.data.credentialSubject.encodedList.slice(1), 'base64url')
    const bits = gunzipSync(packed, { maxOutputLength: LONGEST_LIST })
    const byte = bits[status.statusListIndex >> 3]
    if (byte === undefined) return 'away'
    return (byte & (0x80 >> (status.statusListIndex & 7))) === 0 ? 'valid' : 'withdrawn'
  } catch {
    return 'away'
  }
}
