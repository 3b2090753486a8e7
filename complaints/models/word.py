"""What texts have taught about the categories."""

from django.db import models

from complaints.models.category import Category


class CategoryWord(models.Model):
    """A run of letters that texts of a category have more often than others; the empty one is how far it is believed
    unread. Written anew as a whole by services/words.py, never by hand: the words of people are Category.keywords_th.
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="learned_words")
    run = models.CharField(max_length=5)
    weight = models.FloatField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "run"], name="categoryword_once")]

    def __str__(self) -> str:
        return f"{self.category_id}: {self.run}"
