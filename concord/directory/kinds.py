"""The kinds of agency. Stands apart from the tables, so that no database is needed for it."""

from django.db import models


class Kind(models.TextChoices):
    """The kinds of agency."""

    CHILDRENS_SOCIAL_CARE = "childrens_social_care", "Children's social care"
    POLICE = "police", "Police"
    SCHOOL = "school", "School or college"
    EARLY_YEARS = "early_years", "Nursery or early years"
    HEALTH_TRUST = "health_trust", "Health trust"
    INTEGRATED_CARE_BOARD = "integrated_care_board", "Integrated care board"
    GENERAL_PRACTICE = "general_practice", "General practice"
    MENTAL_HEALTH = "mental_health", "Mental health trust"
    COUNCIL_SERVICE = "council_service", "Council service"
    PROBATION = "probation", "Probation"
    YOUTH_JUSTICE = "youth_justice", "Youth justice"
    CHARITY = "charity", "Charity or voluntary organisation"
    HOUSING = "housing", "Housing"
    FIRE = "fire", "Fire and rescue"
    AMBULANCE = "ambulance", "Ambulance service"
    COURT_SERVICE = "court_service", "Court service"
    OTHER = "other", "Other"
