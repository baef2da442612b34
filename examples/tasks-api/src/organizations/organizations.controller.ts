import { Idempotent } from '@infra-services/idempotency-nestjs';
import { Body, Controller, Get, Post, UseGuards } from '@nestjs/common';
import { CurrentCaller, CurrentMember, type Caller, type Member } from '../identity/caller.js';
import { MemberGuard } from '../identity/member.guard.js';
import { AddMemberDto, CreateOrganizationDto } from './organization.dto.js';
import type { MemberView, Organization } from './organization.js';
import { OrganizationsService } from './organizations.service.js';

@Controller()
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Post('organizations')
  @Idempotent()
  create(@CurrentCaller() caller: Caller, @Body() body: CreateOrganizationDto): Promise<Organization> {
    return this.organizations.create(caller, body.name);
  }

  @Get('members')
  @UseGuards(MemberGuard)
  members(@CurrentMember() member: Member): Promise<MemberView[]> {
    return this.organizations.members(member);
  }

  @Post('members')
  @UseGuards(MemberGuard)
  @Idempotent()
  addMember(@CurrentMember() member: Member, @Body() body: AddMemberDto): Promise<MemberView> {
    return this.organizations.addMember(member, body);
  }
}
