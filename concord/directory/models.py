"""The directory's tables. People hold posts; duties belong to posts, not to people."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from concord.directory.kinds import Kind as Kind
from concord.rules.words import TIER_RANK, Tier

if TYPE_CHECKING:
    from concord.directory.sessions import SessionStore


class UserManager(BaseUserManager["User"]):
    """Makes people who can sign in."""

    def create_user(
        self, email: str, name: str, password: str | None = None, **more: Any
    ) -> "User":
        """Somebody new; without a password they cannot sign in by one."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **more)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person, by their work address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    telephone = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    session_generation = models.PositiveIntegerField(default=0)
    """Counted up when a way of signing in changes: sessions of an earlier one end."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session has to match: the password, and how often sessions were ended."""
        return salted_hmac(
            "concord.directory.User.session", f"{self.password}:{self.session_generation}",
            secret=secret, algorithm="sha256",
        ).hexdigest()  # fmt: skip


class Session(AbstractBaseSession):
    """A browser's session, and who is signed in by it: see `sessions`."""

    # without a constraint: a session may be saved just as whoever it is of is removed
    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sessions", db_constraint=False
    )

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        """What keeps them."""
        from concord.directory.sessions import SessionStore

        return SessionStore


class Token(models.Model):
    """What somebody's own program reads the API by: see `tokens`. Kept as a hash alone."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    """What it is for, in its person's words."""
    digest = models.CharField(max_length=64, unique=True)
    begun_in = models.CharField(max_length=64)
    """What sessions of its person had to match when it was made."""
    made = models.DateTimeField()
    ends = models.DateTimeField()
    used = models.DateTimeField(null=True)


class Partnership(models.Model):
    """A Safeguarding Children Partnership: it owns a policy, and is the tenant boundary."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    policy_id = models.CharField(max_length=60)
    is_demonstration = models.BooleanField(default=False)
    business_unit = models.CharField(max_length=200, blank=True)
    business_unit_email = models.EmailField(blank=True)
    business_unit_telephone = models.CharField(max_length=40, blank=True)
    mash_name = models.CharField(max_length=200, blank=True)
    mash_telephone = models.CharField(max_length=40, blank=True)
    mash_opens = models.TimeField(null=True, blank=True)
    mash_closes = models.TimeField(null=True, blank=True)
    out_of_hours_name = models.CharField(max_length=200, blank=True)
    out_of_hours_telephone = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A place or postcode district of a partnership's area: which area's policy holds."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="places")
    name = models.CharField(max_length=80, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["partnership", "name"], name="place_once")
        ]


class Agency(models.Model):
    """An organisation round the child. Its own titles for the tiers, some of which it lacks."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, choices=Kind.choices)
    partnerships: "models.ManyToManyField[Partnership, Membership]" = models.ManyToManyField(
        Partnership, through="Membership", related_name="agencies"
    )
    titles = models.JSONField(default=dict)
    missing_tiers = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def title(self, tier: str) -> str:
        """The agency's own title for a tier or office."""
        return str(self.titles.get(tier) or tier.replace("_", " ").capitalize())

    def has_tier(self, tier: str) -> bool:
        """Whether the agency has anybody at this tier."""
        return tier not in self.missing_tiers

    def nearest_tier(self, tier: str) -> str:
        """The tier itself, or where it is missing the next one up that the agency has."""
        rank = TIER_RANK[tier]
        above = [each.value for each in Tier if TIER_RANK[each] >= rank and self.has_tier(each)]
        below = [each.value for each in reversed(Tier) if self.has_tier(each)]
        return (above or below or [tier])[0]


class Membership(models.Model):
    """An agency's part in a partnership."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="memberships")
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="memberships")
    executive_member = models.BooleanField(default=False)
    key_partner = models.BooleanField(default=False)
    on_concord = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency", "partnership"], name="membership_once")
        ]


class PostQuerySet(QuerySet["Post"]):
    """Questions about posts."""

    def held(self, day: date) -> "PostQuerySet":
        """The posts held by somebody active on this day."""
        return self.filter(
            Q(until=None) | Q(until__gte=day), since__lte=day, user__is_active=True
        ).select_related("user", "agency", "partnership")


class Post(models.Model):
    """A tier or office, at an agency or at the partnership, and who holds it; or nobody."""

    role = models.CharField(max_length=60, db_index=True)
    title = models.CharField(max_length=200, blank=True)
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="posts")
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="posts")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="posts")
    since = models.DateField(default=date(2020, 1, 1))
    until = models.DateField(null=True, blank=True)
    deputy = models.BooleanField(default=False)
    covers = models.BooleanField(default=False)
    """Held as cover for somebody who is away, between the dates."""
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followed_by"
    )
    """The row of the same post as it was held before; of cover, the row that it covers."""
    clause = models.CharField(max_length=20, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["role", "deputy", "id"]


class PostChange(models.Model):
    """A change to who holds or covers a post, and who made it. Kept for good."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="changes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    says = models.CharField(max_length=400)


class MailDomain(models.Model):
    """What stands after the @ in the work addresses of an agency; several may share one."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="mail_domains")
    name = models.CharField(max_length=253, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency", "name"], name="mail_domain_once")
        ]


class Newcomer(models.Model):
    """Somebody who came by proving a work address, until their agency says that it knows them."""

    post = models.OneToOneField(Post, models.CASCADE, related_name="newcomer")
    came = models.DateTimeField()
    known = models.BooleanField(null=True)
    """Whether the agency knows this person; None until it says."""
    said_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    said = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["came"], condition=Q(known=None), name="newcomer_to_confirm")
        ]


class OneTimeCode(models.Model):
    """A code that somebody was given, by mail or by telephone. Kept as a password hash alone."""

    purpose = models.CharField(max_length=20)
    about = models.CharField(max_length=64, db_index=True)
    """What it opens: the token of a draft, of a sign-in, of an invitation."""
    email = models.EmailField(blank=True)
    digest = models.CharField(max_length=200)
    made = models.DateTimeField()
    expires = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used = models.DateTimeField(null=True)


class AgencyIdentity(models.Model):
    """By which number an agency's own sign-in knows a person."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "issuer"], name="identity_once"),
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_of_one"),
        ]


class Attempt(models.Model):
    """One attempt at a door that a code opens: every one is kept, right or wrong."""

    door = models.CharField(max_length=20)
    about = models.CharField(max_length=64)
    address = models.CharField(max_length=45, blank=True)
    """The network address that it came from."""
    at = models.DateTimeField()
    came_to = models.CharField(max_length=20)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["about", "-at"], name="attempt_by_about"),
            models.Index(fields=["address", "-at"], name="attempt_by_address"),
        ]


class Tally(models.Model):
    """How often something was done by one person within a piece of time: see `limits`."""

    key = models.CharField(max_length=64)
    begins = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "begins"], name="one_tally_at_a_time")
        ]


class Adoption(models.Model):
    """An agency's own adoption of its partnership's policy, with its own dates (LI-18)."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="adoptions")
    partnership = models.ForeignKey(Partnership, models.CASCADE)
    policy_id = models.CharField(max_length=60)
    policy_version = models.CharField(max_length=60)
    approved = models.DateField()
    review_due = models.DateField()

    def is_overdue(self, day: date) -> bool:
        """Whether the review was due before this day."""
        return day > self.review_due
