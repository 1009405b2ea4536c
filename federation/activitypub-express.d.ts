// SPDX-License-Identifier: AGPL-3.0-or-later
// activitypub-express has no types of its own; federation/apex.ts lists what of it is used.
declare module 'activitypub-express' {
  const make: (settings: object) => unknown
  export default make
}
