import { IsEmail, IsIn, IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class CreateOrganizationDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  readonly name!: string;
}

export class AddMemberDto {
  @IsEmail()
  readonly email!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  readonly name!: string;

  @IsIn(['owner', 'member'])
  readonly role!: 'owner' | 'member';
}
