// SPDX-License-Identifier: AGPL-3.0-or-later
// Mail hosts that most people in France and in Québec use, to ask about an address that was probably mistyped.
import { editDistance } from './edit-distance.ts'

const HOSTS = (
  'gmail.com hotmail.com hotmail.fr hotmail.ca outlook.com outlook.fr live.fr live.ca yahoo.fr yahoo.com yahoo.ca ' +
  'icloud.com msn.com protonmail.com proton.me gmx.fr orange.fr wanadoo.fr free.fr sfr.fr laposte.net bbox.fr neuf.fr ' +
  'numericable.fr club-internet.fr aliceadsl.fr videotron.ca sympatico.ca bell.net cgocable.ca cooptel.qc.ca'
).split(' ')
/** Other services whose names are close to one of those. */
const OTHERS = [
  'mail.com',
  'email.com',
  'ymail.com',
  'gmx.com',
  'gmx.net',
  'gmx.de',
  'googlemail.com',
  'me.com',
  'mac.com',
]
/** Google has one name for mail; the others have one in many countries. */
const ONE_NAME = ['gmail', 'wanadoo', 'videotron', 'laposte', 'icloud']
/** `.con` and `.cm` for `.com`, `.f` for `.fr`. */
const NO_ENDING = /^(?:c|f|n|co|cm|om|con|cmo|ocm|comm|coom|cim|vom|xom|frr|fe|ft)$/
/** A name shorter than this differs in one place, a longer one in two. */
const LONG = 9

/**
 * @param address as it was typed; what stands before the @ is kept.
 * @returns the address that was probably meant; undefined when there is nothing to ask.
 */
export function suggestedAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  const typed = address
    .slice(at + 1)
    .trim()
    .toLowerCase()
  if (at < 1 || typed === '' || HOSTS.includes(typed) || OTHERS.includes(typed)) return undefined
  const host = sameName(typed) ?? closest(typed)
  return host && `${address.slice(0, at).trim()}@${host}`
}

const nameIn = (host: string) => host.split('.')[0] ?? ''

/** The right name with an ending that it does not have. `undefined`: another name, or a country of its own. */
function sameName(typed: string): string | undefined {
  const [name = '', ...ending] = typed.split('.')
  const known = HOSTS.filter((host) => nameIn(host) === name)
  const isWrong = ending.length === 0 || NO_ENDING.test(ending.join('.')) || ONE_NAME.includes(name)
  if (known.length === 0 || !isWrong) return undefined
  const near = (host: string) => editDistance(typed, host, 9) ?? 9
  return known.toSorted((a, b) => near(a) - near(b))[0]
}

function closest(typed: string): string | undefined {
  if (HOSTS.some((host) => nameIn(host) === nameIn(typed))) return undefined
  const full = typed.includes('.') ? typed : undefined
  const found = HOSTS.flatMap((host) => {
    const most = host.length < LONG ? 1 : 2
    const steps = full ? editDistance(full, host, most) : editDistance(typed, nameIn(host), Math.min(most, 2))
    return steps === null ? [] : [{ host, steps }]
  })
  return found.toSorted((a, b) => a.steps - b.steps)[0]?.host
}
