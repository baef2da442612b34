export interface Organization {
  readonly id: string;
  readonly name: string;
}

/** A user, as the other members of an organization see them. */
export interface MemberView {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: 'owner' | 'member';
}
