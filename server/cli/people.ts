// SPDX-License-Identifier: AGPL-3.0-or-later
import { createAdministrator, resetPassword } from '../accounts/commands/operator.ts'
import type { Command } from './call.ts'
import { withDeps } from './open.ts'

export const createAdmin: Command = {
  use: 'create-admin --email ADDRESS --given NAME --family NAME',
  does: 'Make an administrator and print a link, good for one hour, with which they choose a password.',
  words: [0, 0],
  options: {
    email: { type: 'string', does: 'their address' },
    given: { type: 'string', does: 'given name' },
    family: { type: 'string', does: 'family name' },
  },
  async run(config, _words, { email, given, family }) {
    if (typeof email !== 'string' || !email.includes('@') || !given || !family) {
      console.error(`use: mainforte ${createAdmin.use}`)
      return 2
    }
    const person = { email, given_name: String(given), family_name: String(family) }
    console.log(await withDeps(config, (deps) => createAdministrator(deps, person)))
    return 0
  },
}

export const resetPasswordOf: Command = {
  use: 'reset-password LOGIN [--second-factor]',
  does: 'Take the password and sessions from an e-mail address or member number, and print a link for a new one.',
  words: [1, 1],
  options: { 'second-factor': { type: 'boolean', does: 'also switch the second factor off' } },
  async run(config, [login], options) {
    const links = await withDeps(config, (deps) =>
      resetPassword(deps, login!, { secondFactor: options['second-factor'] === true }),
    )
    for (const { name, memberNumber, link } of links) console.log(`${name} (${memberNumber})\n${link}`)
    if (links.length === 0) console.error('nobody has this login')
    return links.length === 0 ? 1 : 0
  },
}
